import { createRoute, lazyRouteComponent, stripSearchParams } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";
import { STOCK_DEFAULTS, stockSearch } from "@/search/stock";

export const stockRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stocks/$code/$symbol",
  validateSearch: stockSearch,
  search: { middlewares: [stripSearchParams(STOCK_DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/stock/StockPage"), "StockPage"),
});
