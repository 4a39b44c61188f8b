import { type KeyboardEvent, useEffect, useId, useState } from "react";

type Props = {
  label: string;
  value: string | undefined;
  type?: "text" | "date";
  placeholder?: string;
  onChoose: (value: string | undefined) => void;
};

/** A labelled text or day that takes effect on Enter or when it is left, not with every letter. */
export function TextChoice({ label, value, type = "text", placeholder, onChoose }: Props) {
  const field = useId();
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  const commit = () => {
    const text = typed.trim();
    if (text !== (value ?? "")) onChoose(text === "" ? undefined : text);
  };
  return (
    <span className="grid gap-0.5">
      <label htmlFor={field} className="text-xs text-soft">
        {label}
      </label>
      <input
        id={field}
        type={type}
        maxLength={64}
        autoComplete="off"
        placeholder={placeholder}
        className="control w-36 placeholder:text-soft"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event: KeyboardEvent) => event.key === "Enter" && commit()}
      />
    </span>
  );
}
