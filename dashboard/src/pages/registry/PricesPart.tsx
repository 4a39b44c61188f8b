import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { prices } from "@/api/language";
import type { ModelPrice } from "@/api/shapes";
import { Panel } from "@/forms/Panel";
import { useRegistryWords } from "@/i18n/registry";
import { useUsd } from "@/money";
import { AddLink, useMayChange } from "@/pages/registry/links";
import { NewPriceForm } from "@/pages/registry/NewPriceForm";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const route = getRouteApi("/registry");

/** What every price entry costs, cost and will cost. */
export function PricesPart() {
  const words = useRegistryWords();
  const { add } = route.useSearch();
  const mayChange = useMayChange();
  const found = useQuery(prices());
  const isOpen = mayChange && add !== undefined;
  return (
    <div className={`grid items-start gap-4 ${isOpen ? "lg:grid-cols-[1fr_26rem]" : ""}`}>
      {isOpen && (
        <Panel>
          <NewPriceForm />
        </Panel>
      )}
      <Section title={words.parts.prices} aside={mayChange && <AddLink>{words.addPrice}</AddLink>}>
        <p className="mb-3 text-soft">{words.perMillion}</p>
        <Answered query={found} skeleton={<SkeletonLines count={8} />}>
          {(all) => (all.length === 0 ? <EmptyState title={words.noPrices} /> : <PriceTable prices={all} />)}
        </Answered>
      </Section>
    </div>
  );
}

function PriceTable({ prices: all }: { prices: ModelPrice[] }) {
  const words = useRegistryWords();
  const usd = useUsd();
  return (
    <DataTable
      label={words.parts.prices}
      columns={[words.entry, words.from, words.input, words.cached, words.output, words.note]}
      rows={all.map((price) => ({
        key: `${price.price_entry} ${price.from_date}`,
        cells: [
          <>
            {price.price_entry} {price.is_in_force && <span className="badge text-accent">{words.inForce}</span>}
          </>,
          <span key="from" className="whitespace-nowrap">
            {price.from_date}
          </span>,
          usd(price.input_usd),
          usd(price.cached_input_usd),
          usd(price.output_usd),
          price.note,
        ],
      }))}
    />
  );
}
