/** Amounts per day as bars; of each, the part that is estimated stands on top. */

interface Amount {
  day: string;
  usd: number;
  /** Of it. */
  estimated: number;
}

type Props = {
  /** The oldest first. */
  days: Amount[];
  label: string;
  /** The largest amount in words. */
  top: string;
};

const WIDTH = 720;
const HEIGHT = 160;
const [ABOVE, BELOW] = [18, 18];
const GAP = 0.25;

export function SpendingPlot({ days, label, top }: Props) {
  const most = Math.max(...days.map((day) => day.usd)) || 1;
  const step = WIDTH / Math.max(days.length, 1);
  const floor = HEIGHT - BELOW;
  const tall = (usd: number) => (usd / most) * (floor - ABOVE);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} className="chart-svg">
      <line x1="0" x2={WIDTH} y1={ABOVE} y2={ABOVE} className="chart-reference" />
      <text x="0" y={ABOVE - 5}>
        {top}
      </text>
      {days.map((day, place) => {
        const told = tall(day.usd - day.estimated);
        const x = (place + GAP / 2) * step;
        const width = step * (1 - GAP);
        return (
          <g key={day.day}>
            <rect x={x} y={floor - told} width={width} height={told} className="fill-accent" />
            <rect x={x} y={floor - tall(day.usd)} width={width} height={tall(day.estimated)} className="cost-reserved" />
          </g>
        );
      })}
      <line x1="0" x2={WIDTH} y1={floor} y2={floor} className="stroke-edge" />
      <text x="0" y={HEIGHT - 4}>
        {days[0]?.day}
      </text>
      <text x={WIDTH} y={HEIGHT - 4} textAnchor="end">
        {days.at(-1)?.day}
      </text>
    </svg>
  );
}
