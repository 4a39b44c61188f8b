/** What an administrator can change of the stocks; each takes effect from now on, and what is shown is asked for again. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { NewAlias, NewStock, StockChange } from "@/api/shapes";

export interface Stocked {
  market: string;
  symbol: string;
}

export function useStockChange(path: Stocked) {
  return useMutation({
    mutationFn: (body: StockChange) => answer(api.PATCH("/api/stocks/{market}/{symbol}", { params: { path }, body })),
    onSuccess: useRefresh(),
  });
}

export function useNewStock() {
  return useMutation({
    mutationFn: (body: NewStock) => answer(api.POST("/api/stocks", { body })),
    onSuccess: useRefresh(),
  });
}

export function useNewAlias(path: Stocked) {
  return useMutation({
    mutationFn: (body: NewAlias) =>
      answer(api.POST("/api/stocks/{market}/{symbol}/aliases", { params: { path }, body })),
    onSuccess: useRefresh(),
  });
}

export function useRetirement({ market, symbol }: Stocked) {
  return useMutation({
    mutationFn: (alias_id: number) =>
      answer(
        api.DELETE("/api/stocks/{market}/{symbol}/aliases/{alias_id}", { params: { path: { market, symbol, alias_id } } }),
      ),
    onSuccess: useRefresh(),
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return () => Promise.all(["stocks", "stock", "aliases"].map((name) => queries.invalidateQueries({ queryKey: [name] })));
}
