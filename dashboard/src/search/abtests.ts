/** What the address asks of the page of A/B tests. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import { oneOf } from "@/search/fields";

export type AbTestsSearch = {
  /** The number of the test that is open. */
  open?: string;
  /** Whether the form for a new one is open. */
  add?: "1";
};

export function abTestsSearch(search: Partial<AbTestsSearch> & SearchSchemaInput): AbTestsSearch {
  const open = String(search.open ?? "");
  return { open: /^\d{1,15}$/.test(open) ? open : undefined, add: oneOf(search.add, ["1"], undefined) };
}
