import { useInfiniteQuery } from "@tanstack/react-query";
import { predictions } from "@/api/queries";
import { usePredictionsWords } from "@/i18n/predictions";
import { useWords } from "@/i18n/words";
import { Downloads } from "@/pages/predictions/Downloads";
import { ListTable } from "@/pages/predictions/ListTable";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { MoreButton } from "@/parts/MoreButton";
import { SkeletonLines } from "@/parts/Skeleton";
import type { PredictionsSearch } from "@/search/predictions";

const PAGE = 50;

/** Forecasts of all sessions, narrowed by the filters, page after page. */
export function List({ market, search }: { market: string | undefined; search: PredictionsSearch }) {
  const words = usePredictionsWords();
  const common = useWords().common;
  const asked = {
    market,
    symbol: search.symbol,
    model: search.model,
    direction: search.direction,
    horizon: search.horizon,
    session_from: search.from,
    session_to: search.to,
    origin: search.origin,
    outcome_class: search.answer,
    status: search.status,
    sort: search.sort,
    limit: PAGE,
  };
  const query = useInfiniteQuery({ ...predictions(asked), enabled: market !== undefined });
  return (
    <Answered query={query} skeleton={<SkeletonLines count={12} size="h-12 w-full" />}>
      {(found) => {
        const rows = found.pages.flatMap((page) => page.items);
        if (rows.length === 0) return <EmptyState title={words.none} help={words.noneHelp} />;
        return (
          <>
            <Downloads
              title={`${words.views.list}, ${common.horizonOf(search.horizon)}`}
              rows={rows}
              path="/api/predictions"
              query={asked}
            />
            <ListTable rows={rows} />
            <MoreButton shown={rows.length} query={query} />
          </>
        );
      }}
    </Answered>
  );
}
