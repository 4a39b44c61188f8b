import type { Reliability, Stated } from "@/api/shapes";
import { ChartFigure } from "@/charts/ChartFigure";
import { ReliabilityPlot } from "@/charts/ReliabilityPlot";
import { useChartsWords } from "@/i18n/charts";
import { useModelsWords } from "@/i18n/models";
import { useFormat } from "@/i18n/words";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { FigureCell } from "@/parts/FigureCell";

/**
 * One model's reliability: its name, the plot with the mean distance of both curves, and the table behind it. Beside
 * what calibration makes of it stands what was stated on the same questions.
 */
export function ReliabilityFigure({ reliability }: { reliability: Reliability }) {
  const charts = useChartsWords();
  const words = useModelsWords();
  const format = useFormat();
  const { model, is_floor, calibrated } = reliability;
  const stated = reliability.raw ?? reliability;
  const n = stated.bins.reduce((sum, bin) => sum + bin.up_share.n, 0);
  const label = charts.reliabilityOf(model, stated.bins.length, format.count(n));
  const curves = [[words.raw, stated] as const, ...(calibrated === null ? [] : [[words.calibrated, calibrated] as const])];
  return (
    <div className="min-w-0">
      <h3>
        <ModelName model={model} isFloor={is_floor} />
      </h3>
      <ChartFigure label={label} table={() => <BinTable curves={curves} label={label} />}>
        <ReliabilityPlot
          stated={stated.bins}
          calibrated={calibrated?.bins ?? []}
          label={label}
          xTitle={charts.probability}
          yTitle={charts.share}
        />
        <dl className="flex flex-wrap gap-x-6 gap-y-1">
          {curves.map(([name, { ece }], place) => (
            <div key={name}>
              <dt className="text-xs text-soft">
                <span aria-hidden className={place === 0 ? "text-accent" : "text-calibrated"}>
                  {place === 0 ? "●" : "□"}{" "}
                </span>
                {words.ece} · {name}
              </dt>
              <dd>
                <FigureCell figure={ece} name="ece" />
              </dd>
            </div>
          ))}
        </dl>
        {calibrated === null && !is_floor && <p className="text-xs text-soft">{words.uncalibrated}</p>}
      </ChartFigure>
    </div>
  );
}

type Curves = (readonly [name: string, stated: Stated])[];

function BinTable({ curves, label }: { curves: Curves; label: string }) {
  const words = useChartsWords();
  const models = useModelsWords();
  const format = useFormat();
  const isBoth = curves.length > 1;
  return (
    <DataTable
      label={label}
      columns={[words.bin, ...(isBoth ? [models.curve] : []), words.meanProbability, words.share]}
      rows={curves.flatMap(([name, { bins }]) =>
        bins.map(({ bin, mean_probability, up_share }) => ({
          key: `${name} ${bin}`,
          cells: [
            `${bin * 10}–${bin * 10 + 10} %`,
            ...(isBoth ? [name] : []),
            format.share(mean_probability),
            <FigureCell key="share" figure={up_share} name="up_share" />,
          ],
        })),
      )}
    />
  );
}
