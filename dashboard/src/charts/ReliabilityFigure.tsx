import type { Reliability } from "@/api/shapes";
import { ChartFigure } from "@/charts/ChartFigure";
import { ReliabilityPlot } from "@/charts/ReliabilityPlot";
import { useChartsWords } from "@/i18n/charts";
import { useFormat } from "@/i18n/words";
import { FigureCell } from "@/parts/FigureCell";
import { ModelName } from "@/parts/badges";

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
    <table className="table">
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{words.bin}</th>
          <th scope="col">{words.meanProbability}</th>
          <th scope="col">{words.share}</th>
        </tr>
      </thead>
      <tbody>
        {reliability.bins.map(({ bin, mean_probability, up_share }) => (
          <tr key={bin}>
            <th scope="row">
              {bin * 10}–{bin * 10 + 10} %
            </th>
            <td>{format.share(mean_probability)}</td>
            <td>
              <FigureCell figure={up_share} name="up_share" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
