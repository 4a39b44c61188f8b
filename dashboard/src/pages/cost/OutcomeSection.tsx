import type { OutcomeClass, Spent } from "@/api/shapes";
import { useCostWords } from "@/i18n/cost";
import { useFormat, useWords } from "@/i18n/words";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";

/** What came of the requests. */
export function OutcomeSection({ total }: { total: Spent }) {
  const words = useCostWords();
  const classes = useWords().common.outcomeClasses;
  const format = useFormat();
  const counted = Object.entries(total.outcomes).sort(([, one], [, other]) => other - one);
  const rows = [
    ...counted.map(([name, count]) => [classes[name as OutcomeClass] ?? name, count] as const),
    ...(total.in_flight > 0 ? [[words.inFlight, total.in_flight] as const] : []),
    [words.sum, total.attempts] as const,
  ];
  return (
    <Section title={words.perOutcome}>
      {total.attempts === 0 ? (
        <EmptyState title={words.noSpending} />
      ) : (
        <DataTable
          label={words.perOutcome}
          columns={[words.outcome, words.attempts, words.share]}
          rows={rows.map(([name, count]) => ({
            key: name,
            cells: [name, format.count(count), format.share(count / total.attempts)],
          }))}
        />
      )}
    </Section>
  );
}
