import { createRoute, lazyRouteComponent, type SearchSchemaInput, stripSearchParams } from "@tanstack/react-router";
import type { Board, Horizon } from "@/api/shapes";
import { rootRoute } from "@/routes/root";
import { BOARDS, HORIZONS, oneOf, text } from "@/search/fields";

export const RANGES = ["1m", "3m", "6m", "1y", "all"] as const;

export type StockSearch = {
  board: Board;
  horizon: Horizon;
  range: (typeof RANGES)[number];
  /** The model whose forecasts are listed and marked on the chart; undefined is the first that is no floor. */
  model?: string;
};

const DEFAULTS = { board: "live", horizon: 1, range: "3m" } as const;

export const stockRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stocks/$code/$symbol",
  validateSearch: (search: Partial<StockSearch> & SearchSchemaInput): StockSearch => ({
    board: oneOf(search.board, BOARDS, DEFAULTS.board),
    horizon: oneOf(search.horizon, HORIZONS, DEFAULTS.horizon),
    range: oneOf(search.range, RANGES, DEFAULTS.range),
    model: text(search.model),
  }),
  search: { middlewares: [stripSearchParams(DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/stock/StockPage"), "StockPage"),
});
