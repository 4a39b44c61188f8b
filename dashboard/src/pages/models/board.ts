/** The board that the address asks for, and the questions asked of it. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type BoardQuery, dailySeries, evaluations, memberWorths, reliability } from "@/api/queries";
import { useMarketCode } from "@/market";
import type { ModelsSearch } from "@/search/models";
import type { RootSearch } from "@/search/root";

const route = getRouteApi("/models");

export interface Board {
  /** Undefined until the market is known. */
  market: string | undefined;
  search: ModelsSearch;
  change: (search: Partial<ModelsSearch & RootSearch>) => void;
}

export function useBoard(): Board {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/models" });
  return {
    market: useMarketCode(),
    search,
    change: (changed) => void navigate({ search: (before) => ({ ...before, ...changed }), resetScroll: false }),
  };
}

export function useEvaluations(board: Board) {
  return useQuery({ ...evaluations(asked(board)), enabled: board.market !== undefined });
}

export function useDaily(board: Board) {
  return useQuery({ ...dailySeries(asked(board)), enabled: board.market !== undefined });
}

export function useReliability(board: Board) {
  return useQuery({ ...reliability(asked(board)), enabled: board.market !== undefined });
}

export function useMemberWorths(board: Board) {
  return useQuery({ ...memberWorths(asked(board)), enabled: board.market !== undefined });
}

/** Whether the plots show a model. */
export function isChosen({ search }: Board, model: string): boolean {
  return search.model?.includes(model) ?? true;
}

function asked({ market, search: { board, horizon, window } }: Board): BoardQuery {
  return { market: market ?? "", board, horizon, window };
}
