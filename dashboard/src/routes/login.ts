import { createRoute, lazyRouteComponent, type SearchSchemaInput } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { oneOf } from "@/search/fields";

export type LoginSearch = {
  /** Where to go afterwards: a path of this dashboard, never another site. */
  next?: string;
  /** Set when a request was refused for want of a login. */
  reason?: "ended";
};

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (search: LoginSearch & SearchSchemaInput): LoginSearch => ({
    next: ownPath(search.next),
    reason: oneOf(search.reason, ["ended"], undefined),
  }),
  component: lazyRouteComponent(() => import("@/pages/login/LoginPage"), "LoginPage"),
});

function ownPath(value: unknown): string | undefined {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) && !value.startsWith("/login") ? value : undefined;
}
