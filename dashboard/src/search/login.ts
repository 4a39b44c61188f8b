/** What the address asks of the login page. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import { oneOf } from "@/search/fields";

type LoginSearch = {
  /** Where to go afterwards: a path of this dashboard, never another site. */
  next?: string;
  /** Set when a request was refused for want of a login. */
  reason?: "ended";
};

export function loginSearch(search: LoginSearch & SearchSchemaInput): LoginSearch {
  return { next: ownPath(search.next), reason: oneOf(search.reason, ["ended"], undefined) };
}

function ownPath(value: unknown): string | undefined {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) && !value.startsWith("/login") ? value : undefined;
}
