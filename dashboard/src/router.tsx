/** The route tree: one file a route in `routes/`, one folder a page in `pages/`, each loaded when first visited. */
import { createRouter } from "@tanstack/react-router";
import { whenLoginIsNeeded } from "@/api/client";
import { abTestsRoute } from "@/routes/abtests";
import { costRoute } from "@/routes/cost";
import { loginRoute } from "@/routes/login";
import { modelsRoute } from "@/routes/models";
import { operationsRoute } from "@/routes/operations";
import { overviewRoute } from "@/routes/overview";
import { predictionRoute } from "@/routes/prediction";
import { predictionsRoute } from "@/routes/predictions";
import { registryRoute } from "@/routes/registry";
import { reviewsRoute } from "@/routes/reviews";
import { rootRoute } from "@/routes/root";
import { stockRoute } from "@/routes/stock";
import { stocksRoute } from "@/routes/stocks";
import { parseSearch, stringifySearch } from "@/search/codec";

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overviewRoute,
    predictionsRoute,
    predictionRoute,
    stockRoute,
    modelsRoute,
    abTestsRoute,
    registryRoute,
    costRoute,
    operationsRoute,
    reviewsRoute,
    stocksRoute,
    loginRoute,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
});

whenLoginIsNeeded(() => {
  const { pathname, href } = router.latestLocation;
  if (pathname !== "/login") void router.navigate({ to: "/login", search: { next: href, reason: "ended" } });
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
