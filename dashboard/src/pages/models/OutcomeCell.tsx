import type { Leader, OutcomeClass } from "@/api/shapes";
import { useModelsWords } from "@/i18n/models";
import { useFormat, useWords } from "@/i18n/words";

/** How many questions came out in each outcome class, and how many have no outcome. */
export function OutcomeCell({ leader: { outcomes, void: lost } }: { leader: Leader }) {
  const words = useModelsWords();
  const { common } = useWords();
  const format = useFormat();
  const classes = Object.entries(outcomes) as [OutcomeClass, number][];
  const rows = classes.map(([name, count]) => [common.outcomeClasses[name], count] as const);
  return (
    <ul className="text-xs whitespace-nowrap">
      {[...rows, [words.void, lost] as const]
        .filter(([, count]) => count > 0)
        .map(([name, count]) => (
          <li key={name} className="flex justify-between gap-2">
            <span className="text-soft">{name}</span> {format.count(count)}
          </li>
        ))}
    </ul>
  );
}
