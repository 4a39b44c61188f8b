import { Link } from "@tanstack/react-router";
import type { Prediction } from "@/api/shapes";
import { usePredictionsWords } from "@/i18n/predictions";
import { useFormat, useWords } from "@/i18n/words";
import { OriginBadge } from "@/parts/badges";
import { DirectionMark } from "@/parts/DirectionMark";
import { OutcomeText } from "@/parts/OutcomeText";

/** One model's answer: the call, its probability, its origin, and how it came out; a link to the whole forecast. */
export function AnswerCell({ answer }: { answer: Prediction | undefined }) {
  const words = usePredictionsWords();
  const common = useWords().common;
  if (answer === undefined) return <span className="text-soft">{common.notAsked}</span>;
  return (
    <span className="grid gap-0.5">
      <Link
        to="/predictions/$predictionId"
        params={{ predictionId: String(answer.prediction_id) }}
        title={words.open(`${answer.symbol}, ${answer.model}`)}
        className="whitespace-nowrap"
      >
        <Call answer={answer} />
      </Link>
      <span className="text-xs">
        <OutcomeText settlement={answer.settlement} market={answer.market} />
      </span>
      <span>
        <OriginBadge origin={answer.origin} />
      </span>
    </span>
  );
}

/** Direction and probability of up, or why there is no answer. */
export function Call({ answer }: { answer: Prediction }) {
  const common = useWords().common;
  const format = useFormat();
  if (answer.outcome_class !== "ok") return <span>{common.outcomeClasses[answer.outcome_class]}</span>;
  return (
    <>
      <DirectionMark direction={answer.direction} market={answer.market} />{" "}
      <span className="text-soft">
        <span className="sr-only">{common.probability} </span>
        {format.share(answer.probability)}
      </span>
    </>
  );
}
