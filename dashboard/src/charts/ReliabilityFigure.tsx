import type { Reliability } from "@/api/shapes";
import { ChartFigure } from "@/charts/ChartFigure";
import { ReliabilityPlot } from "@/charts/ReliabilityPlot";
import { useChartsWords } from "@/i18n/charts";
import { useFormat } from "@/i18n/words";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { FigureCell } from "@/parts/FigureCell";

/** One model's reliability: its name, the plot, and the table behind it. */
export function ReliabilityFigure({ reliability }: { reliability: Reliability }) {
  const words = useChartsWords();
  const format = useFormat();
  const { bins, model, is_floor } = reliability;
  const n = bins.reduce((sum, bin) => sum + bin.up_share.n, 0);
  const label = words.reliabilityOf(model, bins.length, format.count(n));
  return (
    <div className="min-w-0">
      <h3>
        <ModelName model={model} isFloor={is_floor} />
      </h3>
      <ChartFigure label={label} table={() => <BinTable reliability={reliability} label={label} />}>
        <ReliabilityPlot bins={bins} label={label} xTitle={words.probability} yTitle={words.share} />
      </ChartFigure>
    </div>
  );
}

function BinTable({ reliability, label }: { reliability: Reliability; label: string }) {
  const words = useChartsWords();
  const format = useFormat();
  return (
    <DataTable
      label={label}
      columns={[words.bin, words.meanProbability, words.share]}
      rows={reliability.bins.map(({ bin, mean_probability, up_share }) => ({
        key: bin,
        cells: [
          `${bin * 10}–${bin * 10 + 10} %`,
          format.share(mean_probability),
          <FigureCell key="share" figure={up_share} name="up_share" />,
        ],
      }))}
    />
  );
}
