/** What the address asks of the operations page. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import type { QueryOf } from "@/api/shapes";
import { oneOf } from "@/search/fields";

type RunStatus = NonNullable<QueryOf<"/api/operations/runs">["status"]>;

/** Those a person looks for; Dagster has more, which pass quickly. */
export const RUN_STATUSES = ["QUEUED", "STARTED", "SUCCESS", "FAILURE", "CANCELED"] as const satisfies readonly RunStatus[];

type OperationsSearch = {
  /** Undefined is all. */
  status?: (typeof RUN_STATUSES)[number];
};

export function operationsSearch(search: OperationsSearch & SearchSchemaInput): OperationsSearch {
  return { status: oneOf(search.status, RUN_STATUSES, undefined) };
}
