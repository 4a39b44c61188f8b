import { Link } from "@tanstack/react-router";
import type { Prediction } from "@/api/shapes";
import { usePredictionsWords } from "@/i18n/predictions";
import { useFormat, useWords } from "@/i18n/words";
import { Call } from "@/pages/predictions/AnswerCell";
import { ModelName, OriginBadge } from "@/parts/badges";
import { OutcomeText } from "@/parts/OutcomeText";
import { ScrollRegion } from "@/parts/ScrollRegion";
import { StockName } from "@/parts/StockName";

/** One row a forecast. */
export function ListTable({ rows }: { rows: Prediction[] }) {
  const words = usePredictionsWords();
  const common = useWords().common;
  const heads = [common.session, common.stock, common.model, common.direction, common.confidence, common.origin, common.outcome];
  return (
    <div className="panel">
      <ScrollRegion label={words.views.list}>
        <table className="table">
          <caption className="sr-only">{words.views.list}</caption>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.prediction_id} row={row} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}

function Row({ row }: { row: Prediction }) {
  const format = useFormat();
  return (
    <tr>
      <td className="whitespace-nowrap">{format.day(row.session_date)}</td>
      <th scope="row">
        <StockName market={row.market} symbol={row.symbol} name={row.name} isSynthetic={row.is_synthetic} />
      </th>
      <td>
        <ModelName model={row.model} isFloor={row.is_floor} />
      </td>
      <td className="whitespace-nowrap">
        <Link to="/predictions/$predictionId" params={{ predictionId: String(row.prediction_id) }}>
          <Call answer={row} />
        </Link>
      </td>
      <td>{format.share(row.confidence)}</td>
      <td>
        <OriginBadge origin={row.origin} />
      </td>
      <td>
        <OutcomeText settlement={row.settlement} market={row.market} />
      </td>
    </tr>
  );
}
