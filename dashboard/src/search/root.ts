/** The search parameters that every page carries along. */
import { LANGUAGES, type Language, THEMES, type Theme } from "@/preferences";
import { marketCode, oneOf, type Raw } from "@/search/fields";

export type RootSearch = { lang?: Language; theme?: Theme; market?: string };

export function rootSearch(search: Raw): RootSearch {
  return {
    lang: oneOf(search["lang"], LANGUAGES, undefined),
    theme: oneOf(search["theme"], THEMES, undefined),
    market: marketCode(search["market"]),
  };
}
