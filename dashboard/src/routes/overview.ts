import { createRoute, lazyRouteComponent, type SearchSchemaInput, stripSearchParams } from "@tanstack/react-router";
import type { Board, Horizon, Window } from "@/api/shapes";
import { rootRoute } from "@/routes/root";
import { BOARDS, HORIZONS, oneOf, WINDOWS } from "@/search/fields";

type OverviewSearch = { board: Board; horizon: Horizon; window: Window };

const DEFAULTS: OverviewSearch = { board: "live", horizon: 1, window: "all" };

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: (search: Partial<OverviewSearch> & SearchSchemaInput): OverviewSearch => ({
    board: oneOf(search.board, BOARDS, DEFAULTS.board),
    horizon: oneOf(search.horizon, HORIZONS, DEFAULTS.horizon),
    window: oneOf(search.window, WINDOWS, DEFAULTS.window),
  }),
  search: { middlewares: [stripSearchParams(DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/overview/OverviewPage"), "OverviewPage"),
});
