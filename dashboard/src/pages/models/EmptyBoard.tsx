import { Link } from "@tanstack/react-router";
import { useModelsWords } from "@/i18n/models";
import { AllOnly } from "@/pages/models/AllOnly";
import { type Board, isPart } from "@/pages/models/board";
import { EmptyState } from "@/parts/EmptyState";

/** A board on which nothing has settled, and where to find something that has. */
export function EmptyBoard({ board }: { board: Board }) {
  const words = useModelsWords();
  if (isPart(board)) {
    return <AllOnly title={words.emptyPart} help={words.emptyPartHelp} board={board} />;
  }
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
