/** One figure of several models as intervals on one scale; a dashed line for each floor. */
import { figureKind } from "@/format";
import { useChartsWords } from "@/i18n/charts";
import { useFormat, useWords } from "@/i18n/words";
import { ModelName } from "@/parts/badges";
import type { FiguredModel, FigureName } from "@/parts/figures";
import { commonScale } from "@/parts/IntervalBar";

type Scale = readonly [low: number, high: number];
type Props = { rows: FiguredModel[]; name: FigureName };

/** A row a model: its name, the figure in words, and its interval. */
export function IntervalPlot({ rows, name }: Props) {
  const words = useChartsWords();
  const { common } = useWords();
  const format = useFormat();
  const kind = figureKind(name);
  const scale = commonScale(rows.map((row) => row.figures[name]));
  const floors = rows.filter((row) => row.is_floor).map((row) => row.figures[name]?.value ?? null);
  if (rows.every((row) => (row.figures[name]?.value ?? null) === null)) {
    return <p className="text-soft">{common.figureNone}</p>;
  }
  return (
    <figure>
      <figcaption className="sr-only">{words.intervalPlot(common.figures[name])}</figcaption>
      <ul className="grid gap-2">
        {rows.map((row) => (
          <li key={row.model} className="grid items-center gap-x-4 md:grid-cols-[14rem_1fr_22rem]">
            <ModelName model={row.model} isFloor={row.is_floor} />
            <IntervalRow row={row} name={name} scale={scale} floors={floors} />
            <FigureWords row={row} name={name} />
          </li>
        ))}
      </ul>
      <p aria-hidden className="flex justify-between text-xs text-soft md:mr-[23rem] md:ml-[15rem]">
        <span>{format.figure(scale[0], kind)}</span>
        <span>{format.figure(scale[1], kind)}</span>
      </p>
    </figure>
  );
}

function FigureWords({ row, name }: { row: FiguredModel; name: FigureName }) {
  const { common } = useWords();
  const format = useFormat();
  const kind = figureKind(name);
  const figure = row.figures[name];
  if (figure === undefined) return <span className="text-soft">{common.figureNone}</span>;
  return (
    <span className="text-xs text-soft">
      <span className="text-sm font-medium text-ink">{format.figure(figure.value, kind)}</span>{" "}
      {figure.low === null || figure.high === null
        ? common.figureNoInterval
        : `${common.interval} ${format.figure(figure.low, kind)} … ${format.figure(figure.high, kind)}`}{" "}
      · {common.figureDays(format.count(figure.n), format.count(figure.days))}
    </span>
  );
}

type RowProps = { row: FiguredModel; name: FigureName; scale: Scale; floors: (number | null)[] };

function IntervalRow({ row, name, scale: [low, high], floors }: RowProps) {
  const place = (value: number) => 2 + ((value - low) / (high - low || 1)) * 96;
  const figure = row.figures[name];
  return (
    <svg viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden className="chart-row">
      {floors.map(
        (value, floor) =>
          value !== null && <line key={floor} className="chart-reference" x1={place(value)} x2={place(value)} y1="0" y2="28" />,
      )}
      {figure && figure.low !== null && figure.high !== null && (
        <line
          className={`chart-band ${row.is_floor ? "stroke-edge" : "stroke-accent"}`}
          x1={place(figure.low)}
          x2={place(figure.high)}
          y1="14"
          y2="14"
        />
      )}
      {figure && figure.value !== null && (
        <line className="chart-value" x1={place(figure.value)} x2={place(figure.value)} y1="6" y2="22" />
      )}
    </svg>
  );
}
