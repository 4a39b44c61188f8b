import { useEffect, useMemo, useRef, useState } from "react";
import type { AbTestDetail } from "@/api/shapes";
import { ChartFigure } from "@/charts/ChartFigure";
import { useThemeName } from "@/charts/palette";
import { align, type AlignedSeries, type LineLook, newestOf } from "@/charts/series";
import { useDrawing } from "@/charts/useDrawing";
import { useAbTestsWords } from "@/i18n/abtests";
import { useChartsWords } from "@/i18n/charts";
import { useFormat, useLanguage } from "@/i18n/words";
import { DataTable } from "@/parts/DataTable";

const LOOKS: LineLook[] = [
  { colour: "--series-1", dash: [], width: 2 },
  { colour: "--series-2", dash: [], width: 2 },
  { colour: "--edge", dash: [8, 4], width: 1.5 },
];

/** What both bets on a test were worth as of each day, on a logarithmic scale, with the line that one must reach. */
export function EvidenceChart({ test }: { test: AbTestDetail }) {
  const words = useAbTestsWords();
  const charts = useChartsWords();
  const format = useFormat();
  const series = useMemo(() => seriesOf(test, [words.betOn(test.model_a), words.betOn(test.model_b), words.shownAt]), [test, words]);
  const [hovered, setHovered] = useState<number | null>(null);
  const { host, failed } = useWealth(series, setHovered);
  const label = words.evidenceOf(test.model_a, test.model_b, series.days[0] ?? "", series.days.at(-1) ?? "");
  const day = hovered === null ? undefined : series.days[hovered];
  return (
    <ChartFigure label={label} table={() => <EvidenceTable test={test} label={label} />}>
      {failed && <p role="alert">{charts.failed}</p>}
      <div ref={host} role="img" aria-label={label} className="h-80 w-full overflow-hidden" />
      <p className="mt-2 text-xs text-soft">{words.asOfDay(format.day(day ?? series.days.at(-1)))}</p>
      <ul className="grid gap-x-6 sm:grid-cols-2 lg:grid-cols-3">
        {series.lines.map((line, index) => (
          <li key={line.label} className="flex items-center gap-2 py-0.5">
            <Swatch look={LOOKS[index]} />
            <span>{line.label}</span>
            <span className="ml-auto whitespace-nowrap">{times(hovered === null ? newestOf(line) : (line.values[hovered] ?? null))}</span>
          </li>
        ))}
      </ul>
    </ChartFigure>
  );
}

function seriesOf(test: AbTestDetail, labels: [string, string, string]): AlignedSeries {
  const values = [
    (said: AbTestDetail["evidence"][number]) => said.better,
    (said: AbTestDetail["evidence"][number]) => said.worse,
    () => test.shown_at,
  ];
  return align(
    labels.map((label, index) => ({
      label,
      isFloor: index === 2,
      points: test.evidence.map((said) => ({ day: said.as_of_date, value: values[index]?.(said) ?? 0 })),
    })),
  );
}

function useWealth(series: AlignedSeries, onHover: (index: number | null) => void) {
  const language = useLanguage();
  const theme = useThemeName();
  const host = useRef<HTMLDivElement>(null);
  const { drawing, failed } = useDrawing(
    host,
    async (element) => {
      const { drawLines } = await import("@/charts/lines");
      return drawLines(element, { format: times, onHover });
    },
    language,
  );
  useEffect(() => drawing?.show(series, LOOKS), [drawing, series, theme]);
  return { host, failed };
}

/** A logarithm of wealth as what one unit became. */
function times(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `×${Number(Math.exp(value).toPrecision(3))}`;
}

function EvidenceTable({ test, label }: { test: AbTestDetail; label: string }) {
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

function Swatch({ look }: { look: LineLook | undefined }) {
  if (look === undefined) return null;
  return (
    <svg aria-hidden width="28" height="6" className="shrink-0">
      <line x1="0" y1="3" x2="28" y2="3" stroke={`var(${look.colour})`} strokeWidth={look.width} strokeDasharray={look.dash.join(" ")} />
    </svg>
  );
}
