import { Link } from "@tanstack/react-router";
import type { StockDetail } from "@/api/shapes";
import { useStockWords } from "@/i18n/stock";
import { useFormat, useWords } from "@/i18n/words";
import { REPORT_PLACE } from "@/pages/stock/ReportPlace";
import { SyntheticLabel } from "@/parts/badges";
import { PageHeader } from "@/parts/PageHeader";

/** Name, symbol, market, sector, the synthetic label and the newest bar. */
export function StockHeader({ stock }: { stock: StockDetail }) {
  const words = useStockWords();
  const common = useWords().common;
  const format = useFormat();
  const bar = stock.newest_bar;
  const facts = [stock.market, words.kinds[stock.kind], stock.sector, stock.name_en].filter(
    (fact) => fact !== null && fact !== stock.name,
  );
  return (
    <>
      <PageHeader
        title={`${stock.name} (${stock.symbol})`}
        lead={
          <>
            {facts.join(" · ")} <SyntheticLabel isSynthetic={stock.is_synthetic} />
          </>
        }
      >
        {stock.kind === "stock" && (
          <>
            <Link
              to="."
              search={(search) => search}
              hash={REPORT_PLACE}
              // A person who is there already, and went on reading elsewhere, comes back.
              onClick={() => document.getElementById(REPORT_PLACE)?.scrollIntoView()}
              className="control inline-flex items-center"
            >
              {words.report}
            </Link>
            <Link
              to="/predictions"
              search={{ market: stock.market, symbol: stock.symbol }}
              className="control inline-flex items-center"
            >
              {words.compare}
            </Link>
          </>
        )}
        <dl className="text-right">
          <dt className="text-xs text-soft">
            {words.newest} {bar?.session_date}
          </dt>
          <dd className="text-lg font-semibold">
            {bar === null ? words.noBar : `${format.price(bar.close, stock.currency)} ${stock.currency}`}
          </dd>
        </dl>
      </PageHeader>
      {stock.is_synthetic && <p className="-mt-2 mb-4 text-soft">{common.syntheticLong}</p>}
    </>
  );
}
