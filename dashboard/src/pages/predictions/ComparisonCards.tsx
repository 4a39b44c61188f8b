import { Link } from "@tanstack/react-router";
import type { ComparisonRow } from "@/api/shapes";
import { answersOf } from "@/order";
import { Call } from "@/pages/predictions/AnswerCell";
import { ModelName, OriginBadge } from "@/parts/badges";
import { OutcomeText } from "@/parts/OutcomeText";
import { StockName } from "@/parts/StockName";

/** One card a stock, one line a model. */
export function ComparisonCards({ market, rows }: { market: string; rows: ComparisonRow[] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {rows.map((row) => (
        <li key={row.symbol} className="panel p-3">
          <h3 className="mb-2">
            <StockName market={market} symbol={row.symbol} name={row.name} isSynthetic={row.is_synthetic} />
          </h3>
          <ul>
            {answersOf(row).map((answer) => (
              <li key={answer.model} className="grid grid-cols-[1fr_auto] gap-x-3 border-t border-line py-1.5">
                <ModelName model={answer.model} isFloor={answer.is_floor} />
                <Link
                  to="/predictions/$predictionId"
                  params={{ predictionId: String(answer.prediction_id) }}
                  className="justify-self-end"
                >
                  <Call answer={answer} />
                </Link>
                <span className="text-xs">
                  <OriginBadge origin={answer.origin} />
                </span>
                <span className="justify-self-end text-xs">
                  <OutcomeText settlement={answer.settlement} market={answer.market} />
                </span>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
