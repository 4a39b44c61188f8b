import type { Evaluations } from "@/api/shapes";
import { useModelsWords } from "@/i18n/models";
import { useWords } from "@/i18n/words";
import { useMarket } from "@/market";
import { byName } from "@/order";
import { EmptyBoard } from "@/pages/models/EmptyBoard";
import { type Board, useEvaluations, useWorths } from "@/pages/models/board";
import { useColumns } from "@/pages/models/columns";
import { figured, floorOf } from "@/pages/models/leaders";
import { Answered } from "@/parts/Answered";
import { SyntheticLabel } from "@/parts/badges";
import { Choice } from "@/parts/Choice";
import { FigureTable } from "@/parts/FigureTable";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const USUAL_MODELS = 7;

/** Every figure of every model on the board, and what has been shown of it against the floors. */
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
      <Answered query={found} skeleton={<SkeletonLines count={USUAL_MODELS} size="h-22 w-full" />}>
        {(evaluations) =>
          evaluations.models.length === 0 ? <EmptyBoard board={board} /> : <Leaders board={board} evaluations={evaluations} />
        }
      </Answered>
    </Section>
  );
}

function Leaders({ board, evaluations }: { board: Board; evaluations: Evaluations }) {
  const words = useModelsWords();
  const { models, first_date, last_date } = evaluations;
  const worths = useWorths(board, evaluations).data;
  const columns = useColumns(board, models, worths);
  const floor = floorOf(board, models);
  const floors = models.filter((each) => each.is_floor).sort(byName);
  return (
    <>
      <div className="mb-2 flex flex-wrap items-end justify-between gap-x-4 gap-y-2">
        <p className="text-soft">{words.span(first_date ?? "", last_date ?? "")}</p>
        {floor !== undefined && (
          <Choice
            label={words.skillAgainst}
            value={floor}
            options={floors.map(({ model }) => ({ value: model, label: model }))}
            onChoose={(chosen) => board.change({ floor: chosen })}
          />
        )}
      </div>
      <FigureTable
        rows={figured(models, floor)}
        label={words.board}
        sort={board.search.sort}
        onSort={(sort) => board.change({ sort })}
        {...columns}
      />
      {models.some((each) => each.contaminated_days > 0) && <p className="mt-2 max-w-prose text-soft">{words.contaminatedHelp}</p>}
      {worths !== undefined && worths.models.length > 0 && (
        <p className="mt-2 max-w-prose text-soft">{words.worthSpan(worths.first_date, worths.last_date)}</p>
      )}
    </>
  );
}
