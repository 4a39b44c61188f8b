/** What an administrator can change of the registry; what is shown is asked for again once the API has kept it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { AskedPreview, ModelChange, NewEnsemble, NewModel, NewModelPrice, NewPrompt } from "@/api/shapes";

export function useNewModel() {
  return useMutation({
    mutationFn: (body: NewModel) => answer(api.POST("/api/models", { body })),
    onSuccess: useRefresh(),
  });
}

export function useNewEnsemble() {
  return useMutation({
    mutationFn: (body: NewEnsemble) => answer(api.POST("/api/ensembles", { body })),
    onSuccess: useRefresh(),
  });
}

export function useModelChange(model: string) {
  return useMutation({
    mutationFn: (body: ModelChange) => answer(api.PATCH("/api/models/{model}", { params: { path: { model } }, body })),
    onSuccess: useRefresh(),
  });
}

export function useNewPrompt() {
  return useMutation({
    mutationFn: (body: NewPrompt) => answer(api.POST("/api/prompts", { body })),
    onSuccess: useRefresh(),
  });
}

export function useNewPrice() {
  return useMutation({
    mutationFn: (body: NewModelPrice) => answer(api.POST("/api/model-prices", { body })),
    onSuccess: useRefresh(),
  });
}

/** Asked on purpose and kept nowhere: a draft changes with every letter. */
export function usePreview() {
  return useMutation({ mutationFn: (body: AskedPreview) => answer(api.POST("/api/prompts/preview", { body })) });
}

function useRefresh() {
  const queries = useQueryClient();
  return () =>
    Promise.all(["models", "prompts", "prices", "changes"].map((name) => queries.invalidateQueries({ queryKey: [name] })));
}
