/** Which view is shown, and how the address is changed. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { abTests } from "@/api/abtests";
import type { PredictionsSearch, View } from "@/search/predictions";

const route = getRouteApi("/predictions");
const narrow = matchMedia("(max-width: 40rem)");

/** The view of the address; without one, cards on a narrow screen and a table on others. */
export function useView(): View {
  const { view } = route.useSearch();
  const isNarrow = useSyncExternalStore(follow, () => narrow.matches);
  return view ?? (isNarrow ? "cards" : "table");
}

/** Changes some of the page's search parameters; undefined takes one out. */
export function useChange(): (part: Partial<PredictionsSearch & { market: string }>) => void {
  const navigate = useNavigate({ from: "/predictions" });
  return (part) => void navigate({ search: (search) => ({ ...search, ...part }) });
}

/** What the address has in place of models' names when all are wanted though the market has a default pair. */
const EVERY = "*";

/**
 * The models of the comparison: the chosen ones; else the pair of the market's default test; else all, as undefined.
 * `choose` keeps a choice in the address; `isKnown` is false until the market's tests are known.
 */
export function useCompared(market: string | undefined, chosen: string[] | undefined) {
  const change = useChange();
  const found = useQuery({ ...abTests(market), enabled: market !== undefined });
  const test = found.data?.find((each) => each.is_default);
  const pair = test && [test.model_a, test.model_b].sort();
  return {
    models: chosen?.includes(EVERY) ? undefined : (chosen ?? pair),
    isKnown: chosen !== undefined || !found.isPending,
    choose: (models: string[] | undefined) => change({ model: models ?? (pair && [EVERY]) }),
  };
}

/** What a list is asked with, which has no default pair. */
export function listed(search: PredictionsSearch): PredictionsSearch {
  return search.model?.includes(EVERY) ? { ...search, model: undefined } : search;
}

function follow(listener: () => void): () => void {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
}
