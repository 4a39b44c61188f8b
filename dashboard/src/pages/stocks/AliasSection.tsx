import { useQuery } from "@tanstack/react-query";
import { aliases } from "@/api/queries";
import type { StockAlias, StockDetail } from "@/api/shapes";
import { Confirmed } from "@/forms/Confirmed";
import { Fault } from "@/forms/Fault";
import { useStocksWords } from "@/i18n/stocks";
import { useFormat } from "@/i18n/words";
import { AliasForm } from "@/pages/stocks/AliasForm";
import { type Stocked, useRetirement } from "@/pages/stocks/changes";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { SkeletonLines } from "@/parts/Skeleton";

/** What texts call the stock now, each with the way to give it up, and a form for another. */
export function AliasSection({ stock: { market, symbol } }: { stock: StockDetail }) {
  const words = useStocksWords();
  const found = useQuery(aliases(market, symbol));
  return (
    <div className="grid grid-cols-1 gap-3 border-t border-line pt-4">
      <h3 className="font-medium">{words.aliases}</h3>
      <p className="text-soft">{words.aliasesHelp}</p>
      <Answered query={found} skeleton={<SkeletonLines count={4} />}>
        {(all) => <AliasTable path={{ market, symbol }} all={all} />}
      </Answered>
      <AliasForm path={{ market, symbol }} />
    </div>
  );
}

function AliasTable({ path, all }: { path: Stocked; all: StockAlias[] }) {
  const words = useStocksWords();
  const format = useFormat();
  const retirement = useRetirement(path);
  if (all.length === 0) return <p className="text-soft">{words.noAliases}</p>;
  return (
    <>
      <DataTable
        label={words.aliases}
        columns={[words.alias, words.kind, words.since, words.change]}
        rows={all.map((each) => ({
          key: each.alias_id,
          cells: [
            <>
              {each.alias}
              {each.needs_context && <span className="block text-xs text-soft">{words.needsContext}</span>}
            </>,
            words.kinds[each.kind],
            <span key="since" className="whitespace-nowrap">
              {format.ago(each.available_at)}
            </span>,
            <Confirmed
              key="retire"
              action={words.retire}
              label={words.retireOf(each.alias)}
              title={words.retireOf(each.alias)}
              onConfirm={() => retirement.mutate(each.alias_id)}
            >
              {words.retireHelp}
            </Confirmed>,
          ],
        }))}
      />
      {retirement.error && <Fault error={retirement.error} />}
    </>
  );
}
