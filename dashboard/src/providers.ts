/** What the provider of a model says about it. */
import type { Model } from "@/api/shapes";

export function isEnsemble({ provider }: Pick<Model, "provider">): boolean {
  return provider === "ensemble";
}

/** Whether a model answers by a rule of Craveny's own, alone or over others' answers, and costs nothing. */
export function asksNobody(model: Pick<Model, "provider">): boolean {
  return model.provider === "baseline" || isEnsemble(model);
}

type CutoffWords = { cutoffNone: string; cutoffMembers: string; cutoffUnknown: string };

/** Up to which day a model may know what came, or why there is no day. */
export function knowledgeOf(model: Model, words: CutoffWords): string {
  if (model.knowledge_cutoff_date !== null) return model.knowledge_cutoff_date;
  if (isEnsemble(model)) return words.cutoffMembers;
  return asksNobody(model) ? words.cutoffNone : words.cutoffUnknown;
}
