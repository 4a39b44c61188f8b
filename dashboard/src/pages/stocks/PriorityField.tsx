import { useId } from "react";
import { useStocksWords } from "@/i18n/stocks";

const PRIORITIES = [1, 2, 3, 4, 5] as const;

/** How deep a stock is crawled. */
export function PriorityField({ value }: { value: number }) {
  const words = useStocksWords();
  const field = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={field} className="font-medium">
        {words.priority}
      </label>
      <select id={field} name="priority" defaultValue={value} aria-describedby={`${field}-help`} className="control w-full">
        {PRIORITIES.map((each) => (
          <option key={each} value={each}>
            {each} · {words.priorities[each]}
          </option>
        ))}
      </select>
      <p id={`${field}-help`} className="text-xs text-soft">
        {words.priorityHelp}
      </p>
    </div>
  );
}
