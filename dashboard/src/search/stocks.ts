/** What the address asks of the management of stocks. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import { oneOf, text } from "@/search/fields";

type StocksSearch = {
  /** A part of a symbol or a name. */
  q?: string;
  /** The symbol of the stock whose settings are open. */
  edit?: string;
  /** Whether the form for a new stock is open. */
  add?: "1";
};

export function stocksSearch(search: StocksSearch & SearchSchemaInput): StocksSearch {
  return { q: text(search.q), edit: text(search.edit), add: oneOf(search.add, ["1"], undefined) };
}
