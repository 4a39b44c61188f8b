import { SelectField } from "@/forms/SelectField";
import { useStocksWords } from "@/i18n/stocks";

const PRIORITIES = [1, 2, 3, 4, 5] as const;

/** How deep a stock is crawled. */
export function PriorityField({ value }: { value: number }) {
  const words = useStocksWords();
  const options = PRIORITIES.map((each) => ({ value: each, label: `${each} · ${words.priorities[each]}` }));
  return <SelectField name="priority" label={words.priority} help={words.priorityHelp} options={options} defaultValue={value} />;
}
