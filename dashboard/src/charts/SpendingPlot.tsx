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

const HEIGHT = 100;
const GAP = 0.25;

/** The words stand beside the picture: it is stretched to its place, and they are not. */
export function SpendingPlot({ days, label, top }: Props) {
  const most = Math.max(...days.map((day) => day.usd)) || 1;
  const tall = (usd: number) => (usd / most) * HEIGHT;
  return (
    <>
      <p aria-hidden className="border-b border-dashed border-edge text-xs text-soft">
        {top}
      </p>
      <svg
        viewBox={`0 0 ${days.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        className="block h-40 w-full border-b border-edge"
      >
        {days.map((day, place) => {
          const bar = { x: place + GAP / 2, width: 1 - GAP };
          const told = tall(day.usd - day.estimated);
          return (
            <g key={day.day}>
              <rect {...bar} y={HEIGHT - told} height={told} className="fill-accent" />
              <rect {...bar} y={HEIGHT - tall(day.usd)} height={tall(day.estimated)} className="cost-reserved" />
            </g>
          );
        })}
      </svg>
      <p aria-hidden className="flex justify-between text-xs text-soft">
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </p>
    </>
  );
}
