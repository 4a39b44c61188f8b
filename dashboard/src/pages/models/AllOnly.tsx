import { useModelsWords } from "@/i18n/models";
import type { Board } from "@/pages/models/board";
import { EmptyState } from "@/parts/EmptyState";

/** In place of what is there of all stocks only: the way back to them. */
export function AllOnly({ title, help, board }: { title: string; help: string; board: Board }) {
  const words = useModelsWords();
  return (
    <EmptyState title={title} help={help}>
      <button type="button" className="control" onClick={() => board.change({ sector: undefined, symbol: undefined })}>
        {words.wholeBoard}
      </button>
    </EmptyState>
  );
}
