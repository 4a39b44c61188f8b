import { createRoute, lazyRouteComponent, stripSearchParams } from "@tanstack/react-router";
import { ready } from "@/api/session";
import { rootRoute } from "@/routes/root";
import { REGISTRY_DEFAULTS, registrySearch } from "@/search/registry";

export const registryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/registry",
  validateSearch: registrySearch,
  search: { middlewares: [stripSearchParams(REGISTRY_DEFAULTS)] },
  // Who is asking must be known before it is told what may be changed.
  beforeLoad: () => ready.then(() => {}),
  component: lazyRouteComponent(() => import("@/pages/registry/RegistryPage"), "RegistryPage"),
});
