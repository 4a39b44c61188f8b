import { createRoute, lazyRouteComponent, notFound } from "@tanstack/react-router";
import { NotFound } from "@/layout/NotFound";
import { rootRoute } from "@/routes/root";

export const predictionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/predictions/$predictionId",
  beforeLoad: ({ params }) => {
    if (!/^\d{1,15}$/.test(params.predictionId)) throw notFound();
  },
  notFoundComponent: NotFound,
  component: lazyRouteComponent(() => import("@/pages/prediction/PredictionPage"), "PredictionPage"),
});
