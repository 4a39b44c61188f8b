import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ready } from "@/api/session";
import { rootRoute } from "@/routes/root";
import { stocksSearch } from "@/search/stocks";

export const stocksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stocks",
  validateSearch: stocksSearch,
  // Who is asking must be known before anybody is told to log in.
  beforeLoad: () => ready.then(() => {}),
  component: lazyRouteComponent(() => import("@/pages/stocks/StocksPage"), "StocksPage"),
});
