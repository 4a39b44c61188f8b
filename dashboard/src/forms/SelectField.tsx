import { Labelled } from "@/forms/Labelled";

type Props<Value extends string | number> = {
  name: string;
  label: string;
  help?: string;
  options: readonly { value: Value; label: string }[];
  defaultValue?: Value;
};

/** A labelled choice of a form. */
export function SelectField<Value extends string | number>({ name, label, help, options, defaultValue }: Props<Value>) {
  return (
    <Labelled label={label} help={help}>
      {(tied) => (
        <select {...tied} name={name} defaultValue={defaultValue} className="control w-full">
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
