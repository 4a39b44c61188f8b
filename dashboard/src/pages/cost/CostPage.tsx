import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { models } from "@/api/queries";
import type { Cost } from "@/api/shapes";
import { useCostWords } from "@/i18n/cost";
import { BudgetSection } from "@/pages/cost/BudgetSection";
import { DaySection } from "@/pages/cost/DaySection";
import { ModelSection } from "@/pages/cost/ModelSection";
import { OutcomeSection } from "@/pages/cost/OutcomeSection";
import { useCost, useCostQuestion } from "@/pages/cost/question";
import { WorthSection } from "@/pages/cost/WorthSection";
import { Answered } from "@/parts/Answered";
import { BoardChoice, HorizonChoice, MarketChoice } from "@/parts/choices";
import { EmptyState } from "@/parts/EmptyState";
import { PageHeader } from "@/parts/PageHeader";
import { SkeletonLines } from "@/parts/Skeleton";
import { TextChoice } from "@/parts/TextChoice";
import { asksNobody } from "@/providers";

/** What language models cost, what may still be spent, and what that bought. */
export function CostPage() {
  const words = useCostWords();
  const question = useCostQuestion();
  const { search, change } = question;
  const found = useCost(question);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <TextChoice label={words.from} type="date" value={search.from ?? found.data?.first_date} onChoose={(from) => change({ from })} />
        <TextChoice label={words.to} type="date" value={search.to ?? found.data?.last_date} onChoose={(to) => change({ to })} />
        <MarketChoice value={question.market} onChoose={(market) => change({ market })} />
        <BoardChoice value={search.board} onChoose={(board) => change({ board })} />
        <HorizonChoice value={search.horizon} onChoose={(horizon) => change({ horizon })} />
      </PageHeader>
      <Answered query={found} skeleton={<SkeletonLines count={10} size="h-16 w-full" />}>
        {(cost) => <Sections cost={cost} />}
      </Answered>
    </>
  );
}

function Sections({ cost }: { cost: Cost }) {
  const question = useCostQuestion();
  const known = useQuery(models());
  const isEmpty = cost.total.attempts === 0 && known.data?.every(asksNobody);
  return (
    <div className="grid gap-4">
      {isEmpty && <NothingSetUp />}
      <BudgetSection budget={cost.budget} />
      {!isEmpty && (
        <>
          <DaySection cost={cost} />
          <WorthSection question={question} />
          <ModelSection cost={cost} />
          <OutcomeSection total={cost.total} />
        </>
      )}
    </div>
  );
}

function NothingSetUp() {
  const words = useCostWords();
  return (
    <div className="panel">
      <EmptyState title={words.none} help={words.noneHelp}>
        <Link to="/registry" className="control inline-flex items-center text-ink no-underline">
          {words.toRegistry}
        </Link>
      </EmptyState>
    </div>
  );
}
