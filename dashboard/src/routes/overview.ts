import { createRoute, lazyRouteComponent, stripSearchParams } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { OVERVIEW_DEFAULTS, overviewSearch } from "@/search/overview";

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  validateSearch: overviewSearch,
  search: { middlewares: [stripSearchParams(OVERVIEW_DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/overview/OverviewPage"), "OverviewPage"),
});
