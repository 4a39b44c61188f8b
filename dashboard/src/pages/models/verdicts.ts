/** Verdicts as they are read: from the side of either model, and where a bet has shown its word. */
import type { PairVerdict, VerdictDay, Word } from "@/api/shapes";

/** What is said of each model from the side of the other. */
const TURNED: Record<Word, Word> = { better: "worse", worse: "better", no_difference: "no_difference", not_shown: "not_shown" };

/** What stands of a pair of models, whichever comes first; undefined where they are not compared. */
export function pairOf(pairs: PairVerdict[], one: string, other: string): PairVerdict | undefined {
  return pairs.find(({ model_a, model_b }) => (model_a === one && model_b === other) || (model_a === other && model_b === one));
}

/** The same pair with `row` as the first of the two. */
export function seenFrom(row: string, pair: PairVerdict): PairVerdict {
  if (pair.model_a === row) return pair;
  const { value, low, high, ...amounts } = pair.difference;
  return {
    ...pair,
    model_a: pair.model_b,
    model_b: pair.model_a,
    difference: { value: minus(value), low: minus(high), high: minus(low), ...amounts },
    better: pair.worse,
    worse: pair.better,
    verdict: TURNED[pair.verdict],
  };
}

/** The same days from the side of the second model. */
export function turned(days: VerdictDay[]): VerdictDay[] {
  return days.map((day) => ({
    ...day,
    difference: minus(day.difference),
    better: day.worse,
    worse: day.better,
    below_edge: day.above_edge,
    above_edge: day.below_edge,
    verdict: TURNED[day.verdict],
  }));
}

/** The log wealth at which better or worse is shown: either could be named falsely, so each has half the level. */
export function shownAt(alpha: number): number {
  return Math.log(2 / alpha);
}

function minus(value: number | null): number | null {
  return value === null ? null : 0 - value;
}
