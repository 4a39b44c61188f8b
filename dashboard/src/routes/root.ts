/** The root of all routes: the frame, and the search parameters that every page carries along. */
import { createRootRoute, retainSearchParams } from "@tanstack/react-router";
import { languageOf, learn } from "@/i18n/words";
import { Crashed } from "@/layout/Crashed";
import { Frame } from "@/layout/Frame";
import { NotFound } from "@/layout/NotFound";
import { rootSearch } from "@/search/root";

export const rootRoute = createRootRoute({
  validateSearch: rootSearch,
  search: { middlewares: [retainSearchParams(["lang", "theme", "market"])] },
  beforeLoad: ({ search }) => learn(languageOf(search.lang)),
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
});
