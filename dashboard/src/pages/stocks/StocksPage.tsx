import { getRouteApi } from "@tanstack/react-router";
import { NeedsRole } from "@/forms/NeedsRole";
import { Panel } from "@/forms/Panel";
import { useStocksWords } from "@/i18n/stocks";
import { useMarketCode } from "@/market";
import { AddForm } from "@/pages/stocks/AddForm";
import { StockList } from "@/pages/stocks/StockList";
import { StockPanel } from "@/pages/stocks/StockPanel";
import { MarketChoice } from "@/parts/choices";
import { PageHeader } from "@/parts/PageHeader";

const route = getRouteApi("/stocks");

/** Which stocks a market follows, how deep, and what they are called. */
export function StocksPage() {
  const words = useStocksWords();
  const { edit, add } = route.useSearch();
  const navigate = route.useNavigate();
  const market = useMarketCode();
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <MarketChoice value={market} onChoose={(chosen) => void navigate({ search: { market: chosen } })} />
      </PageHeader>
      <NeedsRole least="admin">
        {market !== undefined && (
          <div className="grid items-start gap-4 lg:grid-cols-[1fr_26rem]">
            <Panel key={`${market} ${add} ${edit}`}>
              {add ? (
                <AddForm market={market} />
              ) : edit === undefined ? (
                <p className="panel hidden p-4 text-soft lg:block">{words.nothingOpen}</p>
              ) : (
                <StockPanel market={market} symbol={edit} />
              )}
            </Panel>
            <StockList market={market} />
          </div>
        )}
      </NeedsRole>
    </>
  );
}
