import { useQuery } from "@tanstack/react-query";
import { comparison } from "@/api/queries";
import { usePredictionsWords } from "@/i18n/predictions";
import { useFormat, useWords } from "@/i18n/words";
import { answersOf, modelsOf } from "@/order";
import { AnswerCell } from "@/pages/predictions/AnswerCell";
import { ComparisonCards } from "@/pages/predictions/ComparisonCards";
import { Downloads } from "@/pages/predictions/Downloads";
import { Answered } from "@/parts/Answered";
import { AnswerTable } from "@/parts/AnswerTable";
import { EmptyState } from "@/parts/EmptyState";
import { LongList } from "@/parts/LongList";
import { SkeletonLines } from "@/parts/Skeleton";
import type { PredictionsSearch } from "@/search/predictions";

type Props = { market: string | undefined; search: PredictionsSearch; view: "table" | "cards" };

const USUAL_ROWS = 10;
const STEP = { table: 20, cards: 6 };

/** Every model's answer to the same questions: one session and horizon, all stocks or one. */
export function Comparison({ market, search, view }: Props) {
  const words = usePredictionsWords();
  const common = useWords().common;
  const format = useFormat();
  const asked = {
    market: market ?? "",
    horizon: search.horizon,
    session_date: search.session,
    model: search.model,
    symbol: search.symbol === undefined ? undefined : [search.symbol],
  };
  const query = useQuery({ ...comparison(asked), enabled: market !== undefined });
  return (
    <Answered query={query} skeleton={<SkeletonLines count={USUAL_ROWS} size="h-20 w-full" />}>
      {(found) =>
        found.rows.length === 0 ? (
          <EmptyState title={words.none} help={words.noneHelp} />
        ) : (
          <LongList rows={found.rows} step={STEP[view]}>
            {(rows) => (
              <>
                <Downloads
                  title={words.question(format.day(found.session_date), common.horizonOf(found.horizon))}
                  rows={rows.flatMap(answersOf)}
                  path="/api/predictions/compare"
                  query={asked}
                />
                {view === "table" ? (
                  <div className="panel">
                    <AnswerTable
                      label={words.comparison}
                      market={found.market}
                      rows={rows}
                      models={modelsOf(found.rows)}
                    >
                      {(answer) => <AnswerCell answer={answer} />}
                    </AnswerTable>
                  </div>
                ) : (
                  <ComparisonCards market={found.market} rows={rows} />
                )}
              </>
            )}
          </LongList>
        )
      }
    </Answered>
  );
}
