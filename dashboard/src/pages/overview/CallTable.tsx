import { Link } from "@tanstack/react-router";
import type { Comparison, Prediction } from "@/api/shapes";
import { useOverviewWords } from "@/i18n/overview";
import { useFormat, useWords } from "@/i18n/words";
import { modelsOf } from "@/order";
import { AnswerTable } from "@/parts/AnswerTable";
import { DirectionMark } from "@/parts/DirectionMark";

/** The first stocks of a session: each model's call and its probability. */
export function CallTable({ comparison: { market, rows }, shown }: { comparison: Comparison; shown: number }) {
  const words = useOverviewWords();
  return (
    <AnswerTable label={words.calls} market={market} rows={rows.slice(0, shown)} models={modelsOf(rows)}>
      {(answer) => <Call answer={answer} />}
    </AnswerTable>
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
