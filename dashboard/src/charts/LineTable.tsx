import type { AlignedSeries } from "@/charts/series";
import { useChartsWords } from "@/i18n/charts";
import { useFormat } from "@/i18n/words";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";

/** One row a day, newest first, one column a line. */
export function LineTable({ series, label }: { series: AlignedSeries; label: string }) {
  const words = useChartsWords();
  const format = useFormat();
  const newestFirst = series.days.map((day, index) => ({ day, index })).reverse();
  return (
    <DataTable
      isNumeric
      label={label}
      columns={[
        words.day,
        ...series.lines.map((line) => <ModelName key={line.label} model={line.label} isFloor={line.isFloor} />),
      ]}
      rows={newestFirst.map(({ day, index }) => ({
        key: day,
        cells: [day, ...series.lines.map((line) => format.change(line.values[index]))],
      }))}
    />
  );
}
