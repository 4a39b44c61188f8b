import type { Figure } from "@/api/shapes";

type Props = { figure: Figure | undefined; scale: readonly [low: number, high: number]; isFloor: boolean };

const WIDTH = 120;
const HEIGHT = 12;

/** A figure's interval on a scale that its neighbours share. The text stands beside it, so readers skip the picture. */
export function IntervalBar({ figure, scale: [low, high], isFloor }: Props) {
  const place = (value: number) => 4 + ((value - low) / (high - low || 1)) * (WIDTH - 8);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden className="block max-w-full">
      <line x1="0" x2={WIDTH} y1="6" y2="6" className="stroke-line" />
      {figure && figure.low !== null && figure.high !== null && (
        <line
          x1={place(figure.low)}
          x2={Math.max(place(figure.high), place(figure.low) + 1)}
          y1="6"
          y2="6"
          strokeWidth="4"
          strokeLinecap="round"
          className={isFloor ? "stroke-edge" : "stroke-accent"}
        />
      )}
      {figure && figure.value !== null && (
        <circle cx={place(figure.value)} cy="6" r="3.5" strokeWidth="1.5" className="fill-panel stroke-ink" />
      )}
    </svg>
  );
}

/** The span that holds every value and interval of one figure. */
export function commonScale(figures: (Figure | undefined)[]): [low: number, high: number] {
  const ends = figures.flatMap((figure) => [figure?.value, figure?.low, figure?.high]).filter((end) => end != null);
  return ends.length > 0 ? [Math.min(...ends), Math.max(...ends)] : [0, 1];
}
