import { type AlignedSeries, type LineLook, newestOf } from "@/charts/series";
import { useChartsWords } from "@/i18n/charts";
import { ModelName } from "@/parts/badges";

type Props = {
  series: AlignedSeries;
  looks: LineLook[];
  hovered: number | null;
  /** A value in words. */
  write: (value: number | null | undefined) => string;
};

/** Which line is whose, with its value on the day under the cursor, else its newest. */
export function LineLegend({ series, looks, hovered, write }: Props) {
  const words = useChartsWords();
  const day = hovered === null ? undefined : series.days[hovered];
  return (
    <div className="mt-2">
      <p className="text-xs text-soft">{day === undefined ? words.toDate : words.onDay(day)}</p>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(15rem,100%),1fr))] gap-x-6">
        {series.lines.map((line, index) => (
          <li key={line.label} className="flex items-center gap-2 py-0.5">
            <Swatch look={looks[index]} />
            <ModelName model={line.label} isFloor={line.isFloor} />
            <span className="ml-auto whitespace-nowrap">
              {write(hovered === null ? newestOf(line) : line.values[hovered])}
            </span>
          </li>
        ))}
      </ul>
    </div>
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
