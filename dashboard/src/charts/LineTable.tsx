import type { AlignedSeries } from "@/charts/series";
import { useChartsWords } from "@/i18n/charts";
import { useFormat } from "@/i18n/words";
import { ModelName } from "@/parts/badges";

/** One row a day, newest first, one column a line. */
export function LineTable({ series, label }: { series: AlignedSeries; label: string }) {
  const words = useChartsWords();
  const format = useFormat();
  const newestFirst = series.days.map((day, index) => ({ day, index })).reverse();
  return (
    <table className="table text-right whitespace-nowrap">
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{words.day}</th>
          {series.lines.map((line) => (
            <th key={line.label} scope="col">
              <ModelName model={line.label} isFloor={line.isFloor} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {newestFirst.map(({ day, index }) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            {series.lines.map((line) => (
              <td key={line.label}>{format.change(line.values[index])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
