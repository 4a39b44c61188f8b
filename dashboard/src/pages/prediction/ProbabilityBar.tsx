import type { PredictionDetail } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useFormat } from "@/i18n/words";

const WIDTH = 448;

/** The stated probability as a bar from one half, the base rate as a dashed line. */
export function ProbabilityBar({ forecast }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const format = useFormat();
  const { probability, climatology } = forecast;
  const middle = WIDTH / 2;
  const end = probability === null ? middle : probability * WIDTH;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} 46`}
      role="img"
      aria-label={words.probabilityPlot(format.share(probability), format.share(climatology))}
      className="chart-svg max-w-md"
    >
      <rect x="0" y="8" width={WIDTH} height="14" className="fill-sunken" />
      <rect x={Math.min(middle, end)} y="8" width={Math.abs(end - middle)} height="14" className="fill-accent" />
      <line x1={middle} x2={middle} y1="5" y2="25" className="stroke-edge" />
      <line x1={climatology * WIDTH} x2={climatology * WIDTH} y1="2" y2="28" className="chart-reference" strokeWidth="2" />
      <text x="0" y="42">
        0%
      </text>
      <text x={middle} y="42" textAnchor="middle">
        50%
      </text>
      <text x={WIDTH} y="42" textAnchor="end">
        100%
      </text>
    </svg>
  );
}
