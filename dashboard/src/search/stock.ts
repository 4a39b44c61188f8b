/** What the address asks of a stock's page. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import type { Board, Horizon } from "@/api/shapes";
import { BOARDS, HORIZONS, oneOf, text } from "@/search/fields";

export const RANGES = ["1m", "3m", "6m", "1y", "all"] as const;

export type StockSearch = {
  board: Board;
  horizon: Horizon;
  range: (typeof RANGES)[number];
  /** The model whose forecasts are listed and marked on the chart; undefined is the first that is no floor. */
  model?: string;
};

export const STOCK_DEFAULTS = { board: "live", horizon: 1, range: "3m" } as const;

export function stockSearch(search: Partial<StockSearch> & SearchSchemaInput): StockSearch {
  return {
    board: oneOf(search.board, BOARDS, STOCK_DEFAULTS.board),
    horizon: oneOf(search.horizon, HORIZONS, STOCK_DEFAULTS.horizon),
    range: oneOf(search.range, RANGES, STOCK_DEFAULTS.range),
    model: text(search.model),
  };
}
