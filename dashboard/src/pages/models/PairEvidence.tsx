import { useMemo } from "react";
import type { VerdictDay } from "@/api/shapes";
import { EvidenceChart, times } from "@/charts/EvidenceChart";
import { useVerdictWords } from "@/i18n/verdicts";
import { shownAt } from "@/pages/models/verdicts";
import { DataTable } from "@/parts/DataTable";

/** What both bets on a pair are worth by what stands for each day, and the line above which a word is shown. */
export function PairEvidence({ days, row, column }: { days: VerdictDay[]; row: string; column: string }) {
  const words = useVerdictWords();
  const drawn = useMemo(
    () =>
      days
        .filter((day) => day.superseded_at === null)
        .map(({ as_of_date, better, worse, alpha }) => ({ day: as_of_date, better, worse, shownAt: shownAt(alpha) })),
    [days],
  );
  const names = useMemo(() => [words.better(row), words.better(column), words.line] as const, [words, row, column]);
  const label = words.evidenceOf(row, column, drawn[0]?.day ?? "", drawn.at(-1)?.day ?? "");
  const table = () => (
    <DataTable
      isNumeric
      label={label}
      columns={[words.day, ...names]}
      rows={[...drawn].reverse().map((each) => ({
        key: each.day,
        cells: [each.day, times(each.better), times(each.worse), times(each.shownAt)],
      }))}
    />
  );
  return <EvidenceChart days={drawn} names={names} label={label} table={table} />;
}
