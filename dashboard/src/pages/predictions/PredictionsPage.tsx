import { getRouteApi } from "@tanstack/react-router";
import { usePredictionsWords } from "@/i18n/predictions";
import { useMarketCode } from "@/market";
import { Comparison } from "@/pages/predictions/Comparison";
import { Filters } from "@/pages/predictions/Filters";
import { List } from "@/pages/predictions/List";
import { listed, useChange, useCompared, useView } from "@/pages/predictions/view";
import { MarketChoice } from "@/parts/choices";
import { PageHeader } from "@/parts/PageHeader";
import { Segments } from "@/parts/Segments";
import { VIEWS } from "@/search/predictions";

const route = getRouteApi("/predictions");

/** Forecasts: models side by side on one session, or a list over all sessions. */
export function PredictionsPage() {
  const words = usePredictionsWords();
  const search = route.useSearch();
  const market = useMarketCode();
  const view = useView();
  const change = useChange();
  const compared = useCompared(market, search.model);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <MarketChoice value={market} onChoose={(chosen) => change({ market: chosen })} />
        <Segments
          label={words.view}
          value={view}
          options={VIEWS.map((each) => ({ value: each, label: words.views[each] }))}
          onChoose={(chosen) => change({ view: chosen })}
        />
      </PageHeader>
      <Filters view={view} search={search} compared={compared} />
      {view === "list" ? (
        <List market={market} search={listed(search)} />
      ) : (
        <Comparison market={compared.isKnown ? market : undefined} search={{ ...search, model: compared.models }} view={view} />
      )}
    </>
  );
}
