import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "@/routes/root";

export const predictionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/predictions/$predictionId",
  component: lazyRouteComponent(() => import("@/pages/prediction/PredictionPage"), "PredictionPage"),
});
