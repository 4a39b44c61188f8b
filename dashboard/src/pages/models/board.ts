/** The board that the address asks for, and the questions asked of it. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import {
  type BoardQuery,
  dailySeries,
  evaluations,
  memberWorths,
  type PartQuery,
  reliability,
  reportRecords,
  sectors,
  verdictHistory,
  verdicts,
} from "@/api/evaluations";
import { worths } from "@/api/language";
import type { Evaluations, PairVerdict } from "@/api/shapes";
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
  return useQuery({ ...evaluations(part(board)), enabled: board.market !== undefined });
}

export function useDaily(board: Board) {
  return useQuery({ ...dailySeries(part(board)), enabled: board.market !== undefined });
}

export function useReliability(board: Board) {
  return useQuery({ ...reliability(part(board)), enabled: board.market !== undefined });
}

export function useMemberWorths(board: Board) {
  return useQuery({ ...memberWorths(asked(board)), enabled: board.market !== undefined });
}

/** Of reports: they have no board and no horizon. */
export function useReportRecords({ market, search: { window } }: Board) {
  return useQuery({ ...reportRecords({ market: market ?? "", window }), enabled: market !== undefined });
}

export function useSectors({ market }: Board) {
  return useQuery({ ...sectors(market ?? ""), enabled: market !== undefined });
}

/** What is shown of each pair of models; it is of all stocks and of every day so far. */
export function useVerdicts({ market, search: { board, horizon } }: Board) {
  return useQuery({ ...verdicts({ market: market ?? "", board, horizon }), enabled: market !== undefined });
}

export function useVerdictHistory({ market, search: { board, horizon } }: Board, { model_a, model_b }: PairVerdict) {
  return useQuery(verdictHistory({ market: market ?? "", board, horizon, model_a, model_b }));
}

/** A year: for more days at once the API does not say what they cost. */
const LONGEST_SPAN = 365 * 86_400_000;

/** What models that ask a provider cost over the days of a board, at most the last year of them. */
export function useWorths(board: Board, { first_date, last_date }: Evaluations) {
  const { market, search } = board;
  const earliest = last_date === null ? "" : new Date(Date.parse(last_date) - LONGEST_SPAN).toISOString().slice(0, 10);
  const first = first_date !== null && first_date > earliest ? first_date : earliest;
  return useQuery({
    ...worths({ first, last: last_date, market, board: search.board, horizon: search.horizon }),
    enabled: last_date !== null && !isPart(board),
  });
}

/** Whether only one sector or one stock is looked at. */
export function isPart({ search }: Board): boolean {
  return search.sector !== undefined || search.symbol !== undefined;
}

/** Whether the plots show a model. */
export function isChosen({ search }: Board, model: string): boolean {
  return search.model?.includes(model) ?? true;
}

function asked({ market, search: { board, horizon, window } }: Board): BoardQuery {
  return { market: market ?? "", board, horizon, window };
}

function part(board: Board): PartQuery {
  const { sector, symbol } = board.search;
  return { ...asked(board), sector, symbol };
}
