/** The figures of models: their names in the order they are shown, and the order of the models. */
import type { Figure } from "@/api/shapes";
import { byName } from "@/order";

export const FIGURES = [
  "coverage",
  "hit_rate",
  "mcc",
  "brier",
  "log_score",
  "mean_return",
  "sharpe",
  "max_drawdown",
  "target_rate",
  "stop_rate",
  "skill",
] as const;
export type FigureName = (typeof FIGURES)[number];

/** `skill` is against a floor that the page chooses; the others are the API's. */
export interface FiguredModel {
  model: string;
  is_floor: boolean;
  figures: Record<string, Figure>;
}

/** By name with the floors last, or by `-?figure`, largest first with a minus; what has no value comes last. */
export function ordered<Row extends FiguredModel>(rows: Row[], sort: string): Row[] {
  const figure = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const named = [...rows].sort(byName);
  if (figure === "name") return named;
  const value = (row: Row) => row.figures[figure]?.value ?? null;
  return named.sort((one, other) => {
    const [left, right] = [value(one), value(other)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
}
