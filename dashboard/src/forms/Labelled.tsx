import { type ReactNode, useId } from "react";

type Props = {
  label: string;
  help?: string;
  /** What is wrong with what was typed. */
  fault?: string;
  /** Draws the control with what ties it to its label, help and fault. */
  children: (tied: { id: string; "aria-describedby"?: string; "aria-invalid"?: boolean }) => ReactNode;
};

/** A label, a control, what helps to fill it in and what is wrong with it. */
export function Labelled({ label, help, fault, children }: Props) {
  const field = useId();
  const described = [help !== undefined && `${field}-help`, fault !== undefined && `${field}-fault`].filter(Boolean);
  return (
    <div className="grid min-w-0 gap-1">
      <label htmlFor={field} className="font-medium">
        {label}
      </label>
      {children({
        id: field,
        "aria-describedby": described.length > 0 ? described.join(" ") : undefined,
        "aria-invalid": fault === undefined ? undefined : true,
      })}
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
