/** What an administrator can do with tests; what is shown is asked for again once the API has kept it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { NewAbTest } from "@/api/shapes";

export function useNewTest() {
  return useMutation({
    mutationFn: (body: NewAbTest) => answer(api.POST("/api/ab-tests", { body })),
    onSuccess: useRefresh(),
  });
}

export function useDefault(testId: number) {
  return useMutation({
    mutationFn: (isDefault: boolean) =>
      answer(api.PATCH("/api/ab-tests/{test_id}", { params: { path: { test_id: testId } }, body: { is_default: isDefault } })),
    onSuccess: useRefresh(),
  });
}

export function useStop(testId: number) {
  return useMutation({
    mutationFn: (reason: string) =>
      answer(api.POST("/api/ab-tests/{test_id}/stop", { params: { path: { test_id: testId } }, body: { reason } })),
    onSuccess: useRefresh(),
  });
}

function useRefresh() {
  const queries = useQueryClient();
  return () => Promise.all(["ab-tests", "changes"].map((name) => queries.invalidateQueries({ queryKey: [name] })));
}
