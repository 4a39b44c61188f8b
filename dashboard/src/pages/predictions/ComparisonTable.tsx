import type { ComparisonRow } from "@/api/shapes";
import { usePredictionsWords } from "@/i18n/predictions";
import { useWords } from "@/i18n/words";
import type { modelsOf } from "@/order";
import { AnswerCell } from "@/pages/predictions/AnswerCell";
import { ModelName } from "@/parts/badges";
import { ScrollRegion } from "@/parts/ScrollRegion";
import { StockName } from "@/parts/StockName";

type Props = { market: string; rows: ComparisonRow[]; models: ReturnType<typeof modelsOf> };

/** One row a stock, one column a model. */
export function ComparisonTable({ market, rows, models }: Props) {
  const words = usePredictionsWords();
  const common = useWords().common;
  return (
    <div className="panel">
      <ScrollRegion label={words.comparison}>
        <table className="table">
          <caption className="sr-only">{words.comparison}</caption>
          <thead>
            <tr>
              <th scope="col">{common.stock}</th>
              {models.map(({ model, is_floor }) => (
                <th key={model} scope="col">
                  <ModelName model={model} isFloor={is_floor} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.symbol}>
                <th scope="row">
                  <StockName market={market} symbol={row.symbol} name={row.name} isSynthetic={row.is_synthetic} />
                </th>
                {models.map(({ model }) => (
                  <td key={model}>
                    <AnswerCell answer={row.answers[model]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}
