/** Stated probability against what came: the diagonal is a model whose word can be taken as it is. */

interface PlottedBin {
  bin: number;
  mean_probability: number;
  up_share: { value: number | null; low: number | null; high: number | null; n: number };
}

interface ReliabilityPlotProps {
  stated: PlottedBin[];
  /** Drawn beside them; empty for none. */
  calibrated: PlottedBin[];
  /** What the picture says, for those who do not see it. */
  label: string;
  xTitle: string;
  yTitle: string;
}

const box = { left: 46, right: 312, top: 10, bottom: 246 };
const ticks = [0, 0.25, 0.5, 0.75, 1];
const x = (share: number) => box.left + share * (box.right - box.left);
const y = (share: number) => box.bottom - share * (box.bottom - box.top);

/** One model's bins with their intervals and n, and the calibrated ones as hollow squares, drawn as SVG. */
export function ReliabilityPlot({ stated, calibrated, label, xTitle, yTitle }: ReliabilityPlotProps) {
  return (
    <svg viewBox="0 0 320 312" role="img" aria-label={label} className="chart-svg">
      {ticks.map((tick) => (
        <Tick key={tick} share={tick} />
      ))}
      <line className="chart-reference" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
      <text x={box.left - 8} y={box.bottom + 18} textAnchor="end">
        n
      </text>
      <Curve bins={stated} look="chart-curve" />
      <Curve bins={calibrated} look="chart-curve chart-calibrated" />
      {stated.map((bin) => (
        <Bin key={bin.bin} bin={bin} />
      ))}
      {calibrated.map((bin) => (
        <CalibratedBin key={bin.bin} bin={bin} />
      ))}
      <text x={(box.left + box.right) / 2} y={306} textAnchor="middle">
        {xTitle}
      </text>
      <text transform={`translate(11 ${(box.top + box.bottom) / 2}) rotate(-90)`} textAnchor="middle">
        {yTitle}
      </text>
    </svg>
  );
}

function Tick({ share }: { share: number }) {
  const text = `${Math.round(share * 100)}%`;
  return (
    <g>
      <line className="chart-grid" x1={x(share)} y1={box.top} x2={x(share)} y2={box.bottom} />
      <line className="chart-grid" x1={box.left} y1={y(share)} x2={box.right} y2={y(share)} />
      <text x={x(share)} y={box.bottom + 36} textAnchor={share === 1 ? "end" : "middle"}>
        {text}
      </text>
      <text x={box.left - 6} y={y(share) + 4} textAnchor="end">
        {share === 0 ? "" : text}
      </text>
    </g>
  );
}

/** From bin to bin, by what was stated. */
function Curve({ bins, look }: { bins: PlottedBin[]; look: string }) {
  const points = bins
    .filter((bin) => bin.up_share.value !== null)
    .sort((one, other) => one.mean_probability - other.mean_probability)
    .map((bin) => `${x(bin.mean_probability)},${y(bin.up_share.value ?? 0)}`);
  return points.length > 1 ? <polyline className={look} points={points.join(" ")} /> : null;
}

function CalibratedBin({ bin }: { bin: PlottedBin }) {
  const { value, low, high } = bin.up_share;
  const at = x(bin.mean_probability);
  return (
    <g className="chart-calibrated">
      {low !== null && high !== null && <line x1={at} y1={y(low)} x2={at} y2={y(high)} />}
      {value !== null && <rect x={at - 4} y={y(value) - 4} width={8} height={8} />}
    </g>
  );
}

function Bin({ bin }: { bin: PlottedBin }) {
  const { value, low, high, n } = bin.up_share;
  const at = x(bin.mean_probability);
  return (
    <g>
      {low !== null && high !== null && <line className="chart-interval" x1={at} y1={y(low)} x2={at} y2={y(high)} />}
      {value !== null && <circle className="chart-point" cx={at} cy={y(value)} r={4} />}
      <text x={x((bin.bin + 0.5) / 10)} y={box.bottom + 18} textAnchor="middle">
        {n}
      </text>
    </g>
  );
}
