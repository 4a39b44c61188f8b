/** What the address asks of the registry of models, prompts and prices. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import { day, oneOf, text } from "@/search/fields";

export const PARTS = ["models", "prompts", "prices", "changes"] as const;

export type RegistrySearch = {
  part: (typeof PARTS)[number];
  /** The model or prompt that is open. */
  open?: string;
  /** Whether the form for a new one is open; a prompt's starts with the text of the open version. Models have two forms. */
  add?: "1" | "ensemble";
  /** Which stock's session a prompt is previewed on: a symbol of the market, and a day where it is not the newest. */
  symbol?: string;
  session?: string;
};

export const REGISTRY_DEFAULTS = { part: "models" } as const;

export function registrySearch(search: Partial<RegistrySearch> & SearchSchemaInput): RegistrySearch {
  return {
    part: oneOf(search.part, PARTS, REGISTRY_DEFAULTS.part),
    open: text(search.open),
    add: oneOf(search.add, ["1", "ensemble"], undefined),
    symbol: text(search.symbol),
    session: day(search.session),
  };
}
