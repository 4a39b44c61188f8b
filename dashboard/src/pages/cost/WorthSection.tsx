import type { ModelWorth } from "@/api/shapes";
import { useCostWords } from "@/i18n/cost";
import { useWorthWords } from "@/i18n/worth";
import { useFormat, useWords } from "@/i18n/words";
import { useUsd } from "@/money";
import { type CostQuestion, useWorths } from "@/pages/cost/question";
import { Answered } from "@/parts/Answered";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { FigureCell } from "@/parts/FigureCell";
import { PerCall } from "@/parts/PerCall";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** Per model: what a correct call above the floor came to, or why that cannot be said, and how steady it is. */
export function WorthSection({ question }: { question: CostQuestion }) {
  const words = useCostWords();
  const common = useWords().common;
  const { board, horizon } = question.search;
  return (
    <Section
      title={words.bought}
      aside={
        <span className="text-soft">
          {common.boards[board]} · {common.horizonOf(horizon)}
        </span>
      }
    >
      <p className="mb-3 max-w-prose text-soft">{words.boughtHelp}</p>
      <Answered query={useWorths(question)} skeleton={<SkeletonLines count={3} size="h-16 w-full" />}>
        {({ models }) =>
          models.length === 0 ? <EmptyState title={words.noModels} help={words.noModelsHelp} /> : <WorthTable models={models} />
        }
      </Answered>
    </Section>
  );
}

function WorthTable({ models }: { models: ModelWorth[] }) {
  const words = useCostWords();
  const worth = useWorthWords();
  const common = useWords().common;
  const format = useFormat();
  const usd = useUsd();
  const rightOf = (hits: number, questions: number) => words.rightOf(format.count(hits), format.count(questions));
  return (
    <DataTable
      label={words.bought}
      columns={[
        common.model,
        worth.perCall,
        words.usd,
        words.right,
        words.floor,
        <span key="flips" title={worth.flipsHelp}>
          {worth.flips}
        </span>,
      ]}
      rows={models.map((each) => ({
        key: each.model,
        cells: [
          <ModelName key="model" model={each.model} isFloor={false} />,
          <PerCall key="per call" worth={each} />,
          usd(each.usd),
          rightOf(each.hits, each.questions),
          each.floor === null ? format.count(null) : <FloorRecord key="floor" name={each.floor} record={rightOf(each.floor_hits, each.questions)} />,
          <FigureCell key="flips" figure={each.flip_rate} name="flip_rate" />,
        ],
      }))}
    />
  );
}

function FloorRecord({ name, record }: { name: string; record: string }) {
  return (
    <>
      <ModelName model={name} isFloor />
      <span className="block text-soft">{record}</span>
    </>
  );
}
