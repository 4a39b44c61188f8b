/** What pages ask about how models did: apart from `queries.ts`, so that the other pages do not carry it. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { Board, Horizon, QueryOf, Window } from "@/api/shapes";

const MINUTE = 60_000;

export type BoardQuery = { market: string; board: Board; horizon: Horizon; window: Window };

/** A board, or what one sector's stocks or one stock are of it. */
export type PartQuery = BoardQuery & { sector?: string; symbol?: string };

export const evaluations = (query: PartQuery) =>
  queryOptions({
    queryKey: ["evaluations", query],
    queryFn: ({ signal }) => answer(api.GET("/api/evaluations", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 5 * MINUTE,
  });

export const dailySeries = (query: PartQuery & { model?: string[] }) =>
  queryOptions({
    queryKey: ["daily", query],
    queryFn: ({ signal }) => answer(api.GET("/api/evaluations/daily", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const reliability = (query: PartQuery & { model?: string[] }) =>
  queryOptions({
    queryKey: ["reliability", query],
    queryFn: ({ signal }) => answer(api.GET("/api/evaluations/reliability", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const sectors = (market: string) =>
  queryOptions({
    queryKey: ["sectors", market],
    queryFn: ({ signal }) => answer(api.GET("/api/evaluations/sectors", { params: { query: { market } }, signal })),
    staleTime: 5 * MINUTE,
  });

export const verdicts = (query: QueryOf<"/api/evaluations/verdicts">) =>
  queryOptions({
    queryKey: ["verdicts", query],
    queryFn: ({ signal }) => answer(api.GET("/api/evaluations/verdicts", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 5 * MINUTE,
  });

export const verdictHistory = (query: QueryOf<"/api/evaluations/verdicts/history">) =>
  queryOptions({
    queryKey: ["verdict-history", query],
    queryFn: ({ signal }) => answer(api.GET("/api/evaluations/verdicts/history", { params: { query }, signal })),
  });

export const memberWorths = (query: BoardQuery) =>
  queryOptions({
    queryKey: ["member-worths", query],
    queryFn: ({ signal }) => answer(api.GET("/api/evaluations/members", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });

export const reportRecords = (query: QueryOf<"/api/evaluations/reports">) =>
  queryOptions({
    queryKey: ["report-records", query],
    queryFn: ({ signal }) => answer(api.GET("/api/evaluations/reports", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
