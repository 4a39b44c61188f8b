import { Link } from "@tanstack/react-router";
import type { Comparison, Prediction } from "@/api/shapes";
import { useOverviewWords } from "@/i18n/overview";
import { useFormat, useWords } from "@/i18n/words";
import { modelsOf } from "@/order";
import { ModelName } from "@/parts/badges";
import { DirectionMark } from "@/parts/DirectionMark";
import { ScrollRegion } from "@/parts/ScrollRegion";
import { StockName } from "@/parts/StockName";

/** One row a stock, one column a model: the call and its probability. */
export function CallTable({ comparison, shown }: { comparison: Comparison; shown: number }) {
  const words = useOverviewWords();
  const common = useWords().common;
  const models = modelsOf(comparison.rows);
  return (
    <ScrollRegion label={words.calls}>
      <table className="table">
        <caption className="sr-only">{words.calls}</caption>
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
          {comparison.rows.slice(0, shown).map((row) => (
            <tr key={row.symbol}>
              <th scope="row">
                <StockName market={comparison.market} symbol={row.symbol} name={row.name} isSynthetic={row.is_synthetic} />
              </th>
              {models.map(({ model }) => (
                <td key={model}>
                  <Call answer={row.answers[model]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Call({ answer }: { answer: Prediction | undefined }) {
  const common = useWords().common;
  const format = useFormat();
  if (answer === undefined) return <span className="text-soft">{common.notAsked}</span>;
  return (
    <Link
      to="/predictions/$predictionId"
      params={{ predictionId: String(answer.prediction_id) }}
      className="block whitespace-nowrap no-underline hover:underline"
    >
      {answer.outcome_class === "ok" ? (
        <>
          <DirectionMark direction={answer.direction} market={answer.market} />
          <span className="block text-xs text-soft" title={common.probability}>
            {format.share(answer.probability)}
          </span>
        </>
      ) : (
        <span className="text-soft">{common.outcomeClasses[answer.outcome_class]}</span>
      )}
    </Link>
  );
}
