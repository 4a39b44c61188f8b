/** What the address asks of the cost page, and the questions asked for it. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { cost, worths } from "@/api/language";
import { useMarketCode } from "@/market";
import type { CostSearch } from "@/search/cost";
import type { RootSearch } from "@/search/root";

const route = getRouteApi("/cost");

export interface CostQuestion {
  /** Undefined until the market is known. */
  market: string | undefined;
  search: CostSearch;
  change: (search: Partial<CostSearch & RootSearch>) => void;
}

export function useCostQuestion(): CostQuestion {
  const navigate = route.useNavigate();
  return {
    market: useMarketCode(),
    search: route.useSearch(),
    change: (changed) => void navigate({ search: (before) => ({ ...before, ...changed }), resetScroll: false }),
  };
}

export function useCost({ search: { from, to } }: CostQuestion) {
  return useQuery(cost({ first: from, last: to }));
}

export function useWorths({ market, search: { from, to, board, horizon } }: CostQuestion) {
  return useQuery({ ...worths({ first: from, last: to, market, board, horizon }), enabled: market !== undefined });
}
