import type { AbTestDetail } from "@/api/shapes";
import { times } from "@/charts/EvidenceChart";
import { useAbTestsWords } from "@/i18n/abtests";
import { useFormat } from "@/i18n/words";
import { DataTable } from "@/parts/DataTable";

/** A test's evidence as of each day, newest first: all four bets and the word. */
export function EvidenceTable({ test, label }: { test: AbTestDetail; label: string }) {
  const words = useAbTestsWords();
  const format = useFormat();
  const difference = (value: number | null) => (test.metric === "hit" ? format.change(value) : format.score(value));
  return (
    <DataTable
      isNumeric
      label={label}
      columns={[
        words.asOf,
        words.days,
        words.questions,
        words.difference,
        words.betOn(test.model_a),
        words.betOn(test.model_b),
        words.belowEdge,
        words.aboveEdge,
        words.verdict,
      ]}
      rows={[...test.evidence].reverse().map((said) => ({
        key: said.as_of_date,
        cells: [
          said.as_of_date,
          format.count(said.days),
          format.count(said.questions),
          difference(said.difference),
          times(said.better),
          times(said.worse),
          times(said.below_edge),
          times(said.above_edge),
          words.saidOf[said.verdict](test.model_a, test.model_b),
        ],
      }))}
    />
  );
}
