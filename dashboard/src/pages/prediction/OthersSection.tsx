import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { comparison } from "@/api/queries";
import type { Prediction, PredictionDetail } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useFormat, useWords } from "@/i18n/words";
import { answersOf } from "@/order";
import { Answered } from "@/parts/Answered";
import { ModelName, OriginBadge } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { DirectionMark } from "@/parts/DirectionMark";
import { OutcomeText } from "@/parts/OutcomeText";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** The other models' answers to the same question, floors last. */
export function OthersSection({ forecast }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const { market, session_date, horizon, symbol } = forecast;
  const found = useQuery(comparison({ market, session_date, horizon, symbol: [symbol] }));
  return (
    <Section title={words.others}>
      <Answered query={found} skeleton={<SkeletonLines count={5} />}>
        {({ rows }) => {
          const [row] = rows;
          const others = row === undefined ? [] : answersOf(row).filter((each) => each.model !== forecast.model);
          return others.length === 0 ? <p className="text-soft">{words.noOthers}</p> : <OtherAnswers answers={others} />;
        }}
      </Answered>
    </Section>
  );
}

function OtherAnswers({ answers }: { answers: Prediction[] }) {
  const words = usePredictionWords();
  const common = useWords().common;
  const format = useFormat();
  return (
    <DataTable
      label={words.others}
      columns={[common.model, common.direction, common.probability, common.outcome, common.origin]}
      rows={answers.map((answer) => ({
        key: answer.prediction_id,
        cells: [
          <Link key="model" to="/predictions/$predictionId" params={{ predictionId: String(answer.prediction_id) }}>
            <ModelName model={answer.model} isFloor={answer.is_floor} />
          </Link>,
          answer.outcome_class === "ok" ? (
            <DirectionMark key="direction" direction={answer.direction} market={answer.market} />
          ) : (
            common.outcomeClasses[answer.outcome_class]
          ),
          format.share(answer.probability),
          <OutcomeText key="outcome" settlement={answer.settlement} market={answer.market} />,
          <OriginBadge key="origin" origin={answer.origin} />,
        ],
      }))}
    />
  );
}
