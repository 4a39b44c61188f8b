/** Which view is shown, and how the address is changed. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
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

function follow(listener: () => void): () => void {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
}
