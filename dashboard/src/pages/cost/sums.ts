/** Lines of spending added up: by day for the picture, by model and purpose for the table. */
import type { Cost } from "@/api/shapes";

type Line = Cost["lines"][number];

export interface DaySpending {
  day: string;
  usd: number;
  /** Of it. */
  estimated: number;
  attempts: number;
}

export interface ModelSpending {
  model: string | null;
  provider: string;
  identifier: string;
  purpose: Line["purpose"];
  attempts: number;
  prompt_tokens: number;
  cached_tokens: number;
  completion_tokens: number;
  usd: number;
  estimated: number;
}

const DAY = 86_400_000;

/** Every day of the span, the oldest first, also those on which nothing was spent. */
export function byDay({ first_date, last_date, lines }: Cost): DaySpending[] {
  const [first, last] = [Date.parse(first_date), Date.parse(last_date)];
  const count = Math.round((last - first) / DAY) + 1;
  const names = Array.from({ length: count }, (_, place) => new Date(first + place * DAY).toISOString().slice(0, 10));
  const days = new Map(names.map((day) => [day, { day, usd: 0, estimated: 0, attempts: 0 }]));
  for (const line of lines) {
    const found = days.get(line.day);
    if (found === undefined) continue;
    found.usd += line.usd;
    found.estimated += line.estimated_usd;
    found.attempts += line.attempts;
  }
  return [...days.values()];
}

/** One row a model and purpose, by name; what belongs to no model comes last. */
export function byModel(lines: Line[]): ModelSpending[] {
  const rows = new Map<string, ModelSpending>();
  for (const line of lines) {
    const key = [line.model, line.provider, line.identifier, line.purpose].join("\n");
    const before = rows.get(key);
    const sum = (name: "attempts" | "prompt_tokens" | "cached_tokens" | "completion_tokens" | "usd") =>
      (before?.[name] ?? 0) + line[name];
    rows.set(key, {
      model: line.model,
      provider: line.provider,
      identifier: line.identifier,
      purpose: line.purpose,
      attempts: sum("attempts"),
      prompt_tokens: sum("prompt_tokens"),
      cached_tokens: sum("cached_tokens"),
      completion_tokens: sum("completion_tokens"),
      usd: sum("usd"),
      estimated: (before?.estimated ?? 0) + line.estimated_usd,
    });
  }
  return [...rows.values()].sort(
    (one, other) =>
      Number(one.model === null) - Number(other.model === null) ||
      (one.model ?? "").localeCompare(other.model ?? "", "en") ||
      one.purpose.localeCompare(other.purpose, "en"),
  );
}
