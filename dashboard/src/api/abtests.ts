/** What pages ask about A/B tests: apart from `queries.ts`, so that the other pages do not carry it. */
import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "@/api/client";

const MINUTE = 60_000;

export const abTests = (market: string | undefined) =>
  queryOptions({
    queryKey: ["ab-tests", market],
    queryFn: ({ signal }) => answer(api.GET("/api/ab-tests", { params: { query: { market } }, signal })),
    refetchInterval: 5 * MINUTE,
  });

export const abTest = (testId: number) =>
  queryOptions({
    queryKey: ["ab-tests", "one", testId],
    queryFn: ({ signal }) => answer(api.GET("/api/ab-tests/{test_id}", { params: { path: { test_id: testId } }, signal })),
    refetchInterval: 5 * MINUTE,
  });
