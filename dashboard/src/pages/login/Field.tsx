import { useId } from "react";

type Props = { name: string; type: "email" | "password"; label: string; complete: string; fault: string | undefined };

/** A labelled field that says what is wrong with it. */
export function Field({ name, type, label, complete, fault }: Props) {
  const field = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={field} className="font-medium">
        {label}
      </label>
      <input
        id={field}
        name={name}
        type={type}
        autoComplete={complete}
        required
        maxLength={type === "email" ? 254 : 200}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : `${field}-fault`}
        className="control w-full"
      />
      {fault !== undefined && (
        <p id={`${field}-fault`} className="text-bad">
          {fault}
        </p>
      )}
    </div>
  );
}
