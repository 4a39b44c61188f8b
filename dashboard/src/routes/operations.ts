import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { operationsSearch } from "@/search/operations";

export const operationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/operations",
  validateSearch: operationsSearch,
  component: lazyRouteComponent(() => import("@/pages/operations/OperationsPage"), "OperationsPage"),
});
