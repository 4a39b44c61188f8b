import { IntervalPlot } from "@/charts/IntervalPlot";
import { useModelsWords } from "@/i18n/models";
import { useWords } from "@/i18n/words";
import { EmptyBoard } from "@/pages/models/EmptyBoard";
import { type Board, useEvaluations } from "@/pages/models/board";
import { figured, floorOf } from "@/pages/models/leaders";
import { Answered } from "@/parts/Answered";
import { Choice } from "@/parts/Choice";
import { FIGURES, ordered } from "@/parts/figures";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** One figure of every model as intervals on one scale, with the floors as lines of reference. */
export function IntervalSection({ board }: { board: Board }) {
  const words = useModelsWords();
  const { common } = useWords();
  const found = useEvaluations(board);
  const { figure } = board.search;
  return (
    <Section title={words.intervals}>
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <Choice
          label={words.figure}
          value={figure}
          options={FIGURES.map((name) => ({ value: name, label: common.figures[name] }))}
          onChoose={(chosen) => board.change({ figure: chosen })}
        />
        <p className="min-w-48 flex-1 text-soft">
          {common.figureHelp[figure]}. {words.floorsDashed}
        </p>
      </div>
      <Answered query={found} skeleton={<SkeletonLines count={7} size="h-10 w-full" />}>
        {({ models }) =>
          models.length === 0 ? <EmptyBoard board={board} /> : <IntervalPlot rows={ordered(figured(models, floorOf(board, models)), "name")} name={figure} />
        }
      </Answered>
    </Section>
  );
}
