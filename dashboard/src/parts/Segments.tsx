type Props<Value extends string> = {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChoose: (value: Value) => void;
};

/** A few options side by side, one of them chosen. */
export function Segments<Value extends string>({ label, value, options, onChoose }: Props<Value>) {
  return (
    <fieldset className="flex flex-wrap gap-1" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          className={`control ${option.value === value ? "control-chosen" : ""}`}
          onClick={() => onChoose(option.value)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
