import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ready } from "@/api/session";
import { rootRoute } from "@/routes/root";

export const reviewsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reviews",
  // Who is asking must be known before anybody is told to log in.
  beforeLoad: () => ready.then(() => {}),
  component: lazyRouteComponent(() => import("@/pages/reviews/ReviewsPage"), "ReviewsPage"),
});
