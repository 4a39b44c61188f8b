/** What the address asks of the cost page. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import type { Board, Horizon } from "@/api/shapes";
import { BOARDS, day, HORIZONS, oneOf } from "@/search/fields";

export type CostSearch = {
  board: Board;
  horizon: Horizon;
  /** The first and the last UTC day; undefined is the last 30. */
  from?: string;
  to?: string;
};

export const COST_DEFAULTS = { board: "live", horizon: 1 } as const;

export function costSearch(search: Partial<CostSearch> & SearchSchemaInput): CostSearch {
  return {
    board: oneOf(search.board, BOARDS, COST_DEFAULTS.board),
    horizon: oneOf(search.horizon, HORIZONS, COST_DEFAULTS.horizon),
    from: day(search.from),
    to: day(search.to),
  };
}
