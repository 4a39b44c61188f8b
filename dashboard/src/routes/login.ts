import { createRoute, lazyRouteComponent, type SearchSchemaInput } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";

export type LoginSearch = {
  /** Where to go afterwards: a path of this dashboard, never another site. */
  next?: string;
};

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (search: LoginSearch & SearchSchemaInput): LoginSearch => ({ next: ownPath(search.next) }),
  component: lazyRouteComponent(() => import("@/pages/login/LoginPage"), "LoginPage"),
});

function ownPath(value: unknown): string | undefined {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) && !value.startsWith("/login") ? value : undefined;
}
