import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { stock } from "@/api/queries";
import { useStocksWords } from "@/i18n/stocks";
import { AliasSection } from "@/pages/stocks/AliasSection";
import { FactsForm } from "@/pages/stocks/FactsForm";
import { PauseSection } from "@/pages/stocks/PauseSection";
import { Answered } from "@/parts/Answered";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** Everything that can be changed of one stock. */
export function StockPanel({ market, symbol }: { market: string; symbol: string }) {
  const words = useStocksWords();
  const found = useQuery(stock(market, symbol, { board: "live", horizon: 1 }));
  return (
    <Section title={words.changeOf(symbol)} aside={<ClosePanel />}>
      <Answered query={found} skeleton={<SkeletonLines count={10} size="h-12 w-full" />}>
        {(shown) => (
          <div className="grid grid-cols-1 gap-6">
            <FactsForm stock={shown} />
            <PauseSection stock={shown} />
            <AliasSection stock={shown} />
          </div>
        )}
      </Answered>
    </Section>
  );
}

/** Back to the list alone. */
export function ClosePanel() {
  const words = useStocksWords();
  return (
    <Link
      to="/stocks"
      search={(search) => ({ ...search, edit: undefined, add: undefined })}
      resetScroll={false}
      className="control inline-flex items-center text-ink no-underline"
    >
      {words.close}
    </Link>
  );
}
