import { useMemo } from "react";
import type { DailySeries } from "@/api/shapes";
import { ReturnChart } from "@/charts/ReturnChart";
import { useModelsWords } from "@/i18n/models";
import { byName } from "@/order";
import { EmptyBoard } from "@/pages/models/EmptyBoard";
import { type Board, useDaily } from "@/pages/models/board";
import { Answered } from "@/parts/Answered";
import { Section } from "@/parts/Section";
import { Skeleton } from "@/parts/Skeleton";

const DRAWN = ["return", "drawdown"] as const;

/** What following each chosen model would have summed to, against the floors. */
export function ReturnSection({ board }: { board: Board }) {
  const words = useModelsWords();
  const found = useDaily(board);
  return (
    <Section title={words.returns}>
      <p className="mb-3 text-soft">{words.returnsHelp}</p>
      <Answered query={found} skeleton={<Skeleton size="h-96 w-full" />}>
        {(all) => (all.some((each) => each.points.length > 0) ? <Lines all={all} board={board} /> : <EmptyBoard board={board} />)}
      </Answered>
    </Section>
  );
}

function hasContaminated({ points }: DailySeries): boolean {
  return points.some((point) => point.is_contaminated);
}

function Lines({ all, board }: { all: DailySeries[]; board: Board }) {
  const words = useModelsWords();
  const chosen = board.search.model;
  const shown = useMemo(
    () => all.filter((each) => each.is_floor || (chosen?.includes(each.model) ?? true)).sort(byName),
    [all, chosen],
  );
  return (
    <div className="grid grid-cols-1 gap-x-6 gap-y-4 xl:grid-cols-2">
      {DRAWN.map((drawn) => (
        <div key={drawn} className="min-w-0">
          <h3 className="font-medium">{words.drawn[drawn]}</h3>
          <ReturnChart series={shown} drawn={drawn} />
        </div>
      ))}
      {shown.some(hasContaminated) && <p className="text-soft">{words.contaminatedGrey}</p>}
    </div>
  );
}
