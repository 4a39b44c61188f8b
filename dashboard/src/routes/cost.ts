import { createRoute, lazyRouteComponent, stripSearchParams } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { COST_DEFAULTS, costSearch } from "@/search/cost";

export const costRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/cost",
  validateSearch: costSearch,
  search: { middlewares: [stripSearchParams(COST_DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/cost/CostPage"), "CostPage"),
});
