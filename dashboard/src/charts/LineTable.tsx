import type { AlignedSeries } from "@/charts/series";
import { useChartsWords } from "@/i18n/charts";
import { useModelsWords } from "@/i18n/models";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";

type Props = { series: AlignedSeries; label: string; write: (value: number | null | undefined) => string };

/** One row a day, newest first, one column a line; what is drawn grey is marked. */
export function LineTable({ series, label, write }: Props) {
  const words = useChartsWords();
  const models = useModelsWords();
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
        cells: [
          day,
          ...series.lines.map((line) => {
            const value = write(line.values[index]);
            if (index >= line.muted || line.values[index] == null) return value;
            return (
              <span key={line.label} className="text-soft" title={models.dayHelp}>
                {value} <span aria-hidden>°</span>
                <span className="sr-only">{models.contaminated}</span>
              </span>
            );
          }),
        ],
      }))}
    />
  );
}
