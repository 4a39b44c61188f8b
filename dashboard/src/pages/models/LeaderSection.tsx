import { useModelsWords } from "@/i18n/models";
import { useWords } from "@/i18n/words";
import { useMarket } from "@/market";
import { EmptyBoard } from "@/pages/models/EmptyBoard";
import { type Board, useEvaluations } from "@/pages/models/board";
import { Answered } from "@/parts/Answered";
import { SyntheticLabel } from "@/parts/badges";
import { FigureTable } from "@/parts/FigureTable";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const USUAL_MODELS = 7;

/** Every figure of every model on the board. */
export function LeaderSection({ board }: { board: Board }) {
  const words = useModelsWords();
  const { common } = useWords();
  const found = useEvaluations(board);
  const isSynthetic = useMarket(board.market)?.is_synthetic ?? false;
  return (
    <Section title={words.board} aside={<SyntheticLabel isSynthetic={isSynthetic} />}>
      <p className="mb-2 text-soft">
        {common.boardHelp[board.search.board]} {words.order}
      </p>
      <Answered query={found} skeleton={<SkeletonLines count={USUAL_MODELS} size="h-16 w-full" />}>
        {({ models, first_date, last_date }) =>
          models.length === 0 ? (
            <EmptyBoard board={board} />
          ) : (
            <>
              <p className="mb-2 text-soft">{words.span(first_date ?? "", last_date ?? "")}</p>
              <FigureTable
                rows={models}
                label={words.board}
                sort={board.search.sort}
                onSort={(sort) => board.change({ sort })}
              />
            </>
          )
        }
      </Answered>
    </Section>
  );
}
