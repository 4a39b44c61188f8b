import { Link } from "@tanstack/react-router";
import { useModelsWords } from "@/i18n/models";
import type { Board } from "@/pages/models/board";
import { EmptyState } from "@/parts/EmptyState";

/** A board on which nothing has settled, and where to find something that has. */
export function EmptyBoard({ board }: { board: Board }) {
  const words = useModelsWords();
  const isLive = board.search.board === "live";
  return (
    <EmptyState title={words.empty} help={isLive ? words.emptyLive : words.emptyReconstructed}>
      {isLive && (
        <Link from="/models" to="/models" search={(search) => ({ ...search, board: "reconstructed" })}>
          {words.toReconstructed}
        </Link>
      )}
    </EmptyState>
  );
}
