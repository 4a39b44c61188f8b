/** What the address asks of the overview. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import type { Board, Horizon, Window } from "@/api/shapes";
import { BOARDS, HORIZONS, oneOf, WINDOWS } from "@/search/fields";

type OverviewSearch = { board: Board; horizon: Horizon; window: Window };

export const OVERVIEW_DEFAULTS: OverviewSearch = { board: "live", horizon: 1, window: "all" };

export function overviewSearch(search: Partial<OverviewSearch> & SearchSchemaInput): OverviewSearch {
  return {
    board: oneOf(search.board, BOARDS, OVERVIEW_DEFAULTS.board),
    horizon: oneOf(search.horizon, HORIZONS, OVERVIEW_DEFAULTS.horizon),
    window: oneOf(search.window, WINDOWS, OVERVIEW_DEFAULTS.window),
  };
}
