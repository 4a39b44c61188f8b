import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { evaluations } from "@/api/evaluations";
import { useOverviewWords } from "@/i18n/overview";
import { useWords } from "@/i18n/words";
import { LeaderTable } from "@/pages/overview/LeaderTable";
import { Answered } from "@/parts/Answered";
import { BoardChoice, WindowChoice } from "@/parts/choices";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const route = getRouteApi("/");
const USUAL_MODELS = 7;

/** Every model's figures on the chosen board, with intervals. */
export function Leaderboard({ market }: { market: string | undefined }) {
  const words = useOverviewWords();
  const common = useWords().common;
  const { board, horizon, window } = route.useSearch();
  const navigate = useNavigate({ from: "/" });
  const query = useQuery({
    ...evaluations({ market: market ?? "", board, horizon, window }),
    enabled: market !== undefined,
  });
  return (
    <Section title={words.board}>
      <div className="mb-3 flex flex-wrap items-end gap-2">
        <BoardChoice
          value={board}
          onChoose={(chosen) => void navigate({ search: (search) => ({ ...search, board: chosen }) })}
        />
        <WindowChoice
          value={window}
          onChoose={(chosen) => void navigate({ search: (search) => ({ ...search, window: chosen }) })}
        />
        <p className="min-w-48 flex-1 text-xs text-soft">{common.boardHelp[board]}</p>
      </div>
      <Answered query={query} skeleton={<SkeletonLines count={USUAL_MODELS} size="h-22 w-full" />}>
        {(found) =>
          found.models.length === 0 ? (
            <EmptyState title={words.noBoard} help={words.noBoardHelp}>
              {board === "live" && (
                <Link to="/" search={(search) => ({ ...search, board: "reconstructed" })}>
                  {words.toReconstructed}
                </Link>
              )}
            </EmptyState>
          ) : (
            <>
              <LeaderTable evaluations={found} />
              <p className="mt-3 flex flex-wrap justify-between gap-2">
                <span className="text-soft">{words.boardHelp}</span>
                <Link to="/models" search={{ board, horizon, window }}>
                  {words.boardAll}
                </Link>
              </p>
            </>
          )
        }
      </Answered>
    </Section>
  );
}
