/** The order of models where nobody chose one: by name, floors last. It claims nothing about how good they are. */
import type { ComparisonRow, Prediction } from "@/api/shapes";

type Named = { model: string; is_floor: boolean };

const LETTERS = new Intl.Collator("en");

/** Compares two models by that order. */
export function byName(one: Named, other: Named): number {
  return Number(one.is_floor) - Number(other.is_floor) || LETTERS.compare(one.model, other.model);
}

/** A row's answers in that order. */
export function answersOf(row: ComparisonRow): Prediction[] {
  return Object.values(row.answers).sort(byName);
}

/** The models that answered any of the rows, in that order. */
export function modelsOf(rows: ComparisonRow[]): Named[] {
  const found = new Map(rows.flatMap(answersOf).map(({ model, is_floor }) => [model, { model, is_floor }]));
  return [...found.values()].sort(byName);
}
