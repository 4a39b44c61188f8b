import { createRoute, lazyRouteComponent, stripSearchParams } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { MODELS_DEFAULTS, modelsSearch } from "@/search/models";

export const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  validateSearch: modelsSearch,
  search: { middlewares: [stripSearchParams(MODELS_DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/models/ModelsPage"), "ModelsPage"),
});
