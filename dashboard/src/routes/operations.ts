import { createRoute, lazyRouteComponent, type SearchSchemaInput } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { text } from "@/search/fields";

export type OperationsSearch = {
  /** A Dagster run status; undefined is all. */
  status?: string;
};

export const operationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/operations",
  validateSearch: (search: OperationsSearch & SearchSchemaInput): OperationsSearch => ({ status: text(search.status) }),
  component: lazyRouteComponent(() => import("@/pages/operations/OperationsPage"), "OperationsPage"),
});
