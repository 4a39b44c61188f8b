import { useId } from "react";

type Props<Value extends string | number> = {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChoose: (value: Value) => void;
};

/** A labelled select; what it chooses belongs in the address. */
export function Choice<Value extends string | number>({ label, value, options, onChoose }: Props<Value>) {
  const field = useId();
  const choose = (text: string) => {
    const chosen = options.find((option) => String(option.value) === text);
    if (chosen) onChoose(chosen.value);
  };
  return (
    <span className="grid gap-0.5">
      <label htmlFor={field} className="text-xs text-soft">
        {label}
      </label>
      <select id={field} className="control min-w-32" value={value} onChange={(event) => choose(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}
