/** What pages ask about language models: apart from `queries.ts`, so that the other pages do not carry it. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { QueryOf } from "@/api/shapes";

const MINUTE = 60_000;

export const cost = (query: QueryOf<"/api/cost">) =>
  queryOptions({
    queryKey: ["cost", query],
    queryFn: ({ signal }) => answer(api.GET("/api/cost", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: MINUTE,
  });

export const worths = (query: QueryOf<"/api/cost/models">) =>
  queryOptions({
    queryKey: ["worths", query],
    queryFn: ({ signal }) => answer(api.GET("/api/cost/models", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 5 * MINUTE,
  });

export const prompts = () =>
  queryOptions({
    queryKey: ["prompts"],
    queryFn: ({ signal }) => answer(api.GET("/api/prompts", { signal })),
  });

export const prices = () =>
  queryOptions({
    queryKey: ["prices"],
    queryFn: ({ signal }) => answer(api.GET("/api/model-prices", { signal })),
  });

export const changes = () =>
  infiniteQueryOptions({
    queryKey: ["changes"],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET("/api/model-changes", { params: { query: { cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const reports = (market: string, symbol: string) =>
  infiniteQueryOptions({
    queryKey: ["reports", market, symbol],
    queryFn: ({ signal, pageParam }) =>
      answer(
        api.GET("/api/stocks/{market}/{symbol}/reports", {
          params: { path: { market, symbol }, query: { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: MINUTE,
  });

export const reportPrice = (market: string, symbol: string) =>
  queryOptions({
    queryKey: ["report-price", market, symbol],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/stocks/{market}/{symbol}/reports/price", { params: { path: { market, symbol } }, signal })),
    refetchInterval: MINUTE,
  });
