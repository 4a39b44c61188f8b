import { ReliabilityFigure } from "@/charts/ReliabilityFigure";
import { useChartsWords } from "@/i18n/charts";
import { useModelsWords } from "@/i18n/models";
import { byName } from "@/order";
import { type Board, isChosen, useReliability } from "@/pages/models/board";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { Skeleton } from "@/parts/Skeleton";

/** Whether what each chosen model states comes true as often as it states. */
export function ReliabilitySection({ board }: { board: Board }) {
  const words = useModelsWords();
  const charts = useChartsWords();
  const found = useReliability(board);
  return (
    <Section title={words.reliability}>
      <p className="mb-3 text-soft">
        {charts.diagonal} {words.eceHelp}
      </p>
      <Answered query={found} skeleton={<Skeleton size="h-80 w-full" />}>
        {(all) => {
          const shown = all.filter((each) => isChosen(board, each.model) && each.bins.length > 0).sort(byName);
          if (shown.length === 0) return <EmptyState title={words.noReliability} help={words.noReliabilityHelp} />;
          return (
            <div className="grid gap-6 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
              {shown.map((each) => (
                <ReliabilityFigure key={each.model} reliability={each} />
              ))}
            </div>
          );
        }}
      </Answered>
    </Section>
  );
}
