import type { PredictionDetail } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useFormat, useWords } from "@/i18n/words";
import { useMarket } from "@/market";
import { ProbabilityBar } from "@/pages/prediction/ProbabilityBar";
import { OriginBadge } from "@/parts/badges";
import { ChangeText } from "@/parts/ChangeText";
import { DirectionMark } from "@/parts/DirectionMark";
import { Facts } from "@/parts/Facts";
import { Section } from "@/parts/Section";

/** What the model answered: its probability beside the base rate, how the answer came to be, and its reasons. */
export function AnswerSection({ forecast }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const common = useWords().common;
  const format = useFormat();
  const timezone = useMarket(forecast.market)?.timezone;
  return (
    <Section title={words.answer}>
      <div className="grid gap-4">
        <Facts
          facts={[
            [common.direction, <DirectionMark key="direction" direction={forecast.direction} market={forecast.market} />],
            [common.probability, format.share(forecast.probability)],
            ...(forecast.expected_move === null
              ? []
              : [[words.expectedMove, <ChangeText key="move" value={forecast.expected_move} market={forecast.market} />] as const]),
            [words.climatology, format.share(forecast.climatology)],
            [common.confidence, format.share(forecast.confidence)],
            [words.answerClass, common.outcomeClasses[forecast.outcome_class]],
            [common.origin, <OriginBadge key="origin" origin={forecast.origin} />],
            [words.issued, format.time(forecast.issued_at, timezone)],
          ]}
        />
        <ProbabilityBar forecast={forecast} />
        {forecast.probability === null && <p className="text-soft">{words.noProbability}</p>}
        <div>
          <h3 className="font-medium">{words.reasoning}</h3>
          <p className={`whitespace-pre-line ${forecast.reasoning === null ? "text-soft" : ""}`}>
            {forecast.reasoning ?? words.noReasoning}
          </p>
        </div>
        <p className="text-xs text-soft">{common.originHelp[forecast.origin]}.</p>
      </div>
    </Section>
  );
}
