import { createRoute, lazyRouteComponent, stripSearchParams } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { PREDICTIONS_DEFAULTS, predictionsSearch } from "@/search/predictions";

export const predictionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/predictions",
  validateSearch: predictionsSearch,
  search: { middlewares: [stripSearchParams(PREDICTIONS_DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/predictions/PredictionsPage"), "PredictionsPage"),
});
