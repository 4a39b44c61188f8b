import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { stockList } from "@/api/queries";
import type { Stock } from "@/api/shapes";
import { useStocksWords } from "@/i18n/stocks";
import { useWords } from "@/i18n/words";
import { PauseMark } from "@/pages/stocks/PauseMark";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { MoreButton } from "@/parts/MoreButton";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";
import { StockName } from "@/parts/StockName";
import { TextChoice } from "@/parts/TextChoice";

const route = getRouteApi("/stocks");
const PAGE = 50;

/** A market's stocks, searched by name or symbol. */
export function StockList({ market }: { market: string }) {
  const words = useStocksWords();
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useInfiniteQuery(stockList({ market, q, kind: "stock", limit: PAGE }));
  return (
    <Section
      title={words.list}
      aside={
        <Link
          to="/stocks"
          search={(search) => ({ ...search, edit: undefined, add: "1" })}
          resetScroll={false}
          className="control inline-flex items-center text-ink no-underline"
        >
          {words.add}
        </Link>
      }
    >
      <div className="mb-3">
        <TextChoice
          label={words.search}
          value={q}
          onChoose={(chosen) => void navigate({ search: (search) => ({ ...search, q: chosen }) })}
        />
      </div>
      <Answered query={found} skeleton={<SkeletonLines count={10} size="h-12 w-full" />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length === 0) return <EmptyState title={words.none} help={words.noneHelp} />;
          return (
            <>
              <StockTable rows={rows} />
              <MoreButton query={found} shown={rows.length} />
            </>
          );
        }}
      </Answered>
    </Section>
  );
}

function StockTable({ rows }: { rows: Stock[] }) {
  const words = useStocksWords();
  const common = useWords().common;
  const { edit } = route.useSearch();
  return (
    <DataTable
      label={words.list}
      columns={[common.stock, words.change, words.priority, words.state, words.sector]}
      rows={rows.map((stock) => ({
        key: stock.symbol,
        cells: [
          <StockName key="stock" market={stock.market} symbol={stock.symbol} name={stock.name} isSynthetic={stock.is_synthetic} />,
          <Link
            key="change"
            to="/stocks"
            search={(search) => ({ ...search, edit: stock.symbol, add: undefined })}
            resetScroll={false}
            aria-label={words.changeOf(stock.symbol)}
            className={`control inline-flex items-center no-underline ${stock.symbol === edit ? "control-chosen" : "text-ink"}`}
          >
            {words.change}
          </Link>,
          stock.priority,
          <PauseMark key="state" isPaused={stock.is_paused} />,
          stock.sector,
        ],
      }))}
    />
  );
}
