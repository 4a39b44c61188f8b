import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { abTestsSearch } from "@/search/abtests";

export const abTestsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/abtests",
  validateSearch: abTestsSearch,
  component: lazyRouteComponent(() => import("@/pages/abtests/AbTestsPage"), "AbTestsPage"),
});
