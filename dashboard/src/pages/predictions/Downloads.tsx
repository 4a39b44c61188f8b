import type { Prediction } from "@/api/shapes";
import { csvOf, download } from "@/csv";
import { usePredictionsWords } from "@/i18n/predictions";
import { stringifySearch } from "@/search/codec";

type Props = { title: string; rows: Prediction[]; path: string; query: Record<string, unknown> };

/** What is shown, how much of it, as a file, and where the API says the same. */
export function Downloads({ title, rows, path, query }: Props) {
  const words = usePredictionsWords();
  const save = () => download(`craveny-${title.replaceAll(/[^\p{L}\p{N}]+/gu, "-")}.csv`, csvOf(rows.map(cells)));
  return (
    <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
      <h2 className="font-semibold">{title}</h2>
      <p className="flex flex-wrap items-center gap-2">
        <span role="status" className="text-soft">
          {words.shown(rows.length)}
        </span>
        <button type="button" className="control" onClick={save}>
          {words.csv}
        </button>
        <a href={path + stringifySearch(query)} className="control inline-flex items-center">
          {words.api}
        </a>
      </p>
    </div>
  );
}

function cells({ settlement, degraded, ...prediction }: Prediction) {
  return {
    prediction_id: prediction.prediction_id,
    market: prediction.market,
    symbol: prediction.symbol,
    name: prediction.name,
    session_date: prediction.session_date,
    horizon: prediction.horizon,
    model: prediction.model,
    is_floor: prediction.is_floor,
    outcome_class: prediction.outcome_class,
    direction: prediction.direction,
    probability: prediction.probability,
    confidence: prediction.confidence,
    climatology: prediction.climatology,
    origin: prediction.origin,
    degraded: degraded.join(" "),
    issued_at: prediction.issued_at,
    status: settlement.status,
    settle_date: settlement.settle_date,
    outcome_return: settlement.outcome_return,
    tradable_return: settlement.tradable_return,
    target_return: settlement.target_return,
    stop_return: settlement.stop_return,
    target_date: settlement.target_date,
    stop_date: settlement.stop_date,
    first_touch: settlement.first_touch,
    path_return: settlement.path_return,
    is_hit: settlement.is_hit,
    is_synthetic: prediction.is_synthetic,
  };
}
