import { useNavigate } from "@tanstack/react-router";
import { NeedsRole } from "@/forms/NeedsRole";
import { useReviewsWords } from "@/i18n/reviews";
import { useMarketCode } from "@/market";
import { Queue } from "@/pages/reviews/Queue";
import { MarketChoice } from "@/parts/choices";
import { PageHeader } from "@/parts/PageHeader";

/** Links between articles and stocks that are in doubt, for a person to confirm or reject. */
export function ReviewsPage() {
  const words = useReviewsWords();
  const market = useMarketCode();
  const navigate = useNavigate({ from: "/reviews" });
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <MarketChoice
          value={market}
          onChoose={(chosen) => void navigate({ search: (search) => ({ ...search, market: chosen }) })}
        />
      </PageHeader>
      <NeedsRole least="operator">
        <Queue key={market} market={market} />
      </NeedsRole>
    </>
  );
}
