import { useModelsWords } from "@/i18n/models";
import type { Board } from "@/pages/models/board";
import { ModelChips } from "@/parts/ModelChips";

/** Which models the plots and the daily table below show. */
export function PlotChips({ board }: { board: Board }) {
  const words = useModelsWords();
  return (
    <div className="min-w-0">
      <p aria-hidden className="mb-1 text-xs text-soft">
        {words.chosen}
      </p>
      <ModelChips label={words.chosen} chosen={board.search.model} onChoose={(model) => board.change({ model })} />
    </div>
  );
}
