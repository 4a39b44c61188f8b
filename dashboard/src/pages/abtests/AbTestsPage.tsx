import { getRouteApi } from "@tanstack/react-router";
import { useUser } from "@/api/session";
import { Panel } from "@/forms/Panel";
import { useAbTestsWords } from "@/i18n/abtests";
import { useMarketCode } from "@/market";
import { PartLink } from "@/pages/abtests/links";
import { NewTestForm } from "@/pages/abtests/NewTestForm";
import { TestList } from "@/pages/abtests/TestList";
import { TestPanel } from "@/pages/abtests/TestPanel";
import { MarketChoice } from "@/parts/choices";
import { PageHeader } from "@/parts/PageHeader";
import { isAtLeast } from "@/roles";

const route = getRouteApi("/abtests");

/** Comparisons that were registered before they began: those there are, and the evidence of one. */
export function AbTestsPage() {
  const words = useAbTestsWords();
  const { open, add } = route.useSearch();
  const navigate = route.useNavigate();
  const market = useMarketCode();
  const mayChange = isAtLeast(useUser().role, "admin");
  const isAdding = mayChange && add !== undefined && market !== undefined;
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <MarketChoice value={market} onChoose={(chosen) => void navigate({ search: { market: chosen } })} />
        {mayChange && <PartLink add="1">{words.add}</PartLink>}
      </PageHeader>
      {!mayChange && <p className="mb-3 text-soft">{words.readOnly}</p>}
      <div className="grid gap-4">
        {isAdding && (
          <Panel isBeside={false}>
            <NewTestForm market={market} />
          </Panel>
        )}
        {!isAdding && open !== undefined && (
          <Panel key={open} isBeside={false}>
            <TestPanel testId={Number(open)} mayChange={mayChange} />
          </Panel>
        )}
        <TestList market={market} open={open} />
      </div>
    </>
  );
}
