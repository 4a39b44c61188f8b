import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useOverviewWords } from "@/i18n/overview";
import { useMarketCode } from "@/market";
import { FreshnessStrip } from "@/pages/overview/FreshnessStrip";
import { Leaderboard } from "@/pages/overview/Leaderboard";
import { MarketClocks } from "@/pages/overview/MarketClocks";
import { NewestCalls } from "@/pages/overview/NewestCalls";
import { HorizonChoice, MarketChoice } from "@/parts/choices";
import { PageHeader } from "@/parts/PageHeader";

const route = getRouteApi("/");

/** Where the markets stand, the newest calls, the models so far, and whether the data is fresh. */
export function OverviewPage() {
  const words = useOverviewWords();
  const { horizon } = route.useSearch();
  const market = useMarketCode();
  const navigate = useNavigate({ from: "/" });
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <MarketChoice
          value={market}
          onChoose={(chosen) => void navigate({ search: (search) => ({ ...search, market: chosen }) })}
        />
        <HorizonChoice
          value={horizon}
          onChoose={(chosen) => void navigate({ search: (search) => ({ ...search, horizon: chosen }) })}
        />
      </PageHeader>
      <div className="grid gap-4 xl:grid-cols-2">
        <div className="grid min-w-0 content-start gap-4">
          <MarketClocks />
          <NewestCalls market={market} horizon={horizon} />
          <FreshnessStrip />
        </div>
        <div className="min-w-0">
          <Leaderboard market={market} />
        </div>
      </div>
    </>
  );
}
