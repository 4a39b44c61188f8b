/** What the address asks of a stock: which one, which model, which horizon and span. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { models, stockNews, stockPredictions } from "@/api/queries";
import type { Model } from "@/api/shapes";
import { firstDay } from "@/charts/bars";
import type { StockSearch } from "@/search/stock";

const route = getRouteApi("/stocks/$code/$symbol");

export interface StockQuestion {
  code: string;
  symbol: string;
  search: StockSearch;
  /** The model of the address, else the first active one that is no floor; undefined until models are known. */
  model: string | undefined;
  models: Model[] | undefined;
  change: (search: Partial<StockSearch>) => void;
}

export function useStockQuestion(): StockQuestion {
  const { code, symbol } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useQuery(models());
  const first = data?.find((each) => !each.is_floor && each.is_active) ?? data?.[0];
  return {
    code,
    symbol,
    search,
    model: search.model ?? first?.model,
    models: data,
    change: (changed) =>
      void navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false }),
  };
}

/** The chosen model's forecasts of the span that ends with the newest bar. */
export function useForecasts({ code, symbol, search, model }: StockQuestion, newest: string | undefined) {
  const first = newest === undefined ? null : firstDay(search.range, newest);
  return useInfiniteQuery({
    ...stockPredictions(code, symbol, {
      model: model === undefined ? undefined : [model],
      horizon: search.horizon,
      session_from: first ?? undefined,
      limit: 100,
    }),
    enabled: model !== undefined,
  });
}

export function useStockNews(code: string, symbol: string) {
  return useInfiniteQuery(stockNews(code, symbol, { limit: 100 }));
}
