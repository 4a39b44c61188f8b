/** Every question the pages ask the API, each with its cache key and how soon it is asked again. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { Board, Horizon, QueryOf } from "@/api/shapes";

const MINUTE = 60_000;

export const settings = () =>
  queryOptions({
    queryKey: ["settings"],
    queryFn: ({ signal }) => answer(api.GET("/api/settings", { signal })),
    staleTime: Infinity,
  });

export const markets = () =>
  queryOptions({
    queryKey: ["markets"],
    queryFn: ({ signal }) => answer(api.GET("/api/markets", { signal })),
    refetchInterval: MINUTE,
  });

export const stocks = (query: QueryOf<"/api/stocks">) =>
  queryOptions({
    queryKey: ["stocks", query],
    queryFn: ({ signal }) => answer(api.GET("/api/stocks", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const stockList = (query: QueryOf<"/api/stocks">) =>
  infiniteQueryOptions({
    queryKey: ["stocks", "pages", query],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET("/api/stocks", { params: { query: { ...query, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const stock = (market: string, symbol: string, query: { board: Board; horizon: Horizon }) =>
  queryOptions({
    queryKey: ["stock", market, symbol, query],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/stocks/{market}/{symbol}", { params: { path: { market, symbol }, query }, signal })),
    placeholderData: keepPreviousData,
  });

export const aliases = (market: string, symbol: string) =>
  queryOptions({
    queryKey: ["aliases", market, symbol],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/stocks/{market}/{symbol}/aliases", { params: { path: { market, symbol } }, signal })),
  });

export const bars = (market: string, symbol: string, query: QueryOf<"/api/stocks/{market}/{symbol}/bars">) =>
  queryOptions({
    queryKey: ["bars", market, symbol, query],
    queryFn: ({ signal }) =>
      answer(api.GET("/api/stocks/{market}/{symbol}/bars", { params: { path: { market, symbol }, query }, signal })),
    placeholderData: keepPreviousData,
  });

export const stockNews = (market: string, symbol: string, query: QueryOf<"/api/stocks/{market}/{symbol}/news">) =>
  infiniteQueryOptions({
    queryKey: ["stock-news", market, symbol, query],
    queryFn: ({ signal, pageParam }) =>
      answer(
        api.GET("/api/stocks/{market}/{symbol}/news", {
          params: { path: { market, symbol }, query: { ...query, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const copies = (newsId: number) =>
  queryOptions({
    queryKey: ["copies", newsId],
    queryFn: ({ signal }) => answer(api.GET("/api/news/{news_id}/copies", { params: { path: { news_id: newsId } }, signal })),
  });

export const reviews = (query: QueryOf<"/api/reviews">) =>
  infiniteQueryOptions({
    queryKey: ["reviews", query],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET("/api/reviews", { params: { query: { ...query, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What was judged leaves the API's list, and stays on the page until it is left.
    staleTime: Infinity,
    gcTime: 0,
  });

export const stockPredictions = (
  market: string,
  symbol: string,
  query: QueryOf<"/api/stocks/{market}/{symbol}/predictions">,
) =>
  infiniteQueryOptions({
    queryKey: ["stock-predictions", market, symbol, query],
    queryFn: ({ signal, pageParam }) =>
      answer(
        api.GET("/api/stocks/{market}/{symbol}/predictions", {
          params: { path: { market, symbol }, query: { ...query, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const predictions = (query: QueryOf<"/api/predictions">) =>
  infiniteQueryOptions({
    queryKey: ["predictions", query],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET("/api/predictions", { params: { query: { ...query, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const comparison = (query: QueryOf<"/api/predictions/compare">) =>
  queryOptions({
    queryKey: ["comparison", query],
    queryFn: ({ signal }) => answer(api.GET("/api/predictions/compare", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 5 * MINUTE,
  });

export const prediction = (predictionId: number) =>
  queryOptions({
    queryKey: ["prediction", predictionId],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/predictions/{prediction_id}", { params: { path: { prediction_id: predictionId } }, signal }),
      ),
  });

export const models = () =>
  queryOptions({
    queryKey: ["models"],
    queryFn: ({ signal }) => answer(api.GET("/api/models", { signal })),
    staleTime: 5 * MINUTE,
  });

export const freshness = () =>
  queryOptions({
    queryKey: ["freshness"],
    queryFn: ({ signal }) => answer(api.GET("/api/operations/freshness", { signal })),
    refetchInterval: MINUTE,
  });

export const sources = () =>
  queryOptions({
    queryKey: ["sources"],
    queryFn: ({ signal }) => answer(api.GET("/api/operations/sources", { signal })),
    refetchInterval: MINUTE,
  });

export const failedPartitions = () =>
  queryOptions({
    queryKey: ["failed-partitions"],
    queryFn: ({ signal }) => answer(api.GET("/api/operations/failed-partitions", { signal })),
    refetchInterval: MINUTE,
  });

export const processes = () =>
  queryOptions({
    queryKey: ["processes"],
    queryFn: ({ signal }) => answer(api.GET("/api/operations/processes", { signal })),
    refetchInterval: MINUTE / 2,
  });

export const runs = (query: QueryOf<"/api/operations/runs">) =>
  infiniteQueryOptions({
    queryKey: ["runs", query],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET("/api/operations/runs", { params: { query: { ...query, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: MINUTE / 2,
  });

export const notifications = (query: QueryOf<"/api/operations/notifications">) =>
  infiniteQueryOptions({
    queryKey: ["notifications", query],
    queryFn: ({ signal, pageParam }) =>
      answer(api.GET("/api/operations/notifications", { params: { query: { ...query, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: MINUTE,
  });
