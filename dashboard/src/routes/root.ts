/** The root of all routes: the frame, and the search parameters that every page carries along. */
import { createRootRoute, retainSearchParams } from "@tanstack/react-router";
import { Crashed } from "@/layout/Crashed";
import { Frame } from "@/layout/Frame";
import { NotFound } from "@/layout/NotFound";
import { LANGUAGES, type Language, THEMES, type Theme } from "@/preferences";
import { marketCode, oneOf, type Raw } from "@/search/fields";

export type RootSearch = { lang?: Language; theme?: Theme; market?: string };

export const rootRoute = createRootRoute({
  validateSearch: (search: Raw): RootSearch => ({
    lang: oneOf(search["lang"], LANGUAGES, undefined),
    theme: oneOf(search["theme"], THEMES, undefined),
    market: marketCode(search["market"]),
  }),
  search: { middlewares: [retainSearchParams(["lang", "theme", "market"])] },
  component: Frame,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
});
