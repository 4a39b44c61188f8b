import { type ComponentProps, useId } from "react";

type Props = Omit<ComponentProps<"input">, "id" | "className"> & {
  name: string;
  label: string;
  help?: string;
  /** What is wrong with what was typed. */
  fault?: string;
};

/** A labelled field that says what is wrong with it. */
export function Field({ label, help, fault, ...input }: Props) {
  const field = useId();
  const described = [help !== undefined && `${field}-help`, fault !== undefined && `${field}-fault`].filter(Boolean);
  return (
    <div className="grid gap-1">
      <label htmlFor={field} className="font-medium">
        {label}
      </label>
      <input
        {...input}
        id={field}
        aria-invalid={fault !== undefined}
        aria-describedby={described.length > 0 ? described.join(" ") : undefined}
        className="control w-full"
      />
      {help !== undefined && (
        <p id={`${field}-help`} className="text-xs text-soft">
          {help}
        </p>
      )}
      {fault !== undefined && (
        <p id={`${field}-fault`} className="text-bad">
          {fault}
        </p>
      )}
    </div>
  );
}
