import { createRoute, lazyRouteComponent, type SearchSchemaInput } from "@tanstack/react-router";
import type { QueryOf } from "@/api/shapes";
import { rootRoute } from "@/routes/root";
import { oneOf } from "@/search/fields";

type RunStatus = NonNullable<QueryOf<"/api/operations/runs">["status"]>;

/** Those a person looks for; Dagster has more, which pass quickly. */
export const RUN_STATUSES = ["QUEUED", "STARTED", "SUCCESS", "FAILURE", "CANCELED"] as const satisfies readonly RunStatus[];

export type OperationsSearch = {
  /** Undefined is all. */
  status?: (typeof RUN_STATUSES)[number];
};

export const operationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/operations",
  validateSearch: (search: OperationsSearch & SearchSchemaInput): OperationsSearch => ({
    status: oneOf(search.status, RUN_STATUSES, undefined),
  }),
  component: lazyRouteComponent(() => import("@/pages/operations/OperationsPage"), "OperationsPage"),
});
