/** Readers of single search parameters. What is not allowed is dropped, so that an address never breaks a page. */
import type { Board, Horizon, Window } from "@/api/shapes";

export type Raw = Record<string, unknown>;

export const HORIZONS = [1, 3, 5] as const satisfies readonly Horizon[];
export const BOARDS = ["live", "reconstructed"] as const satisfies readonly Board[];
export const WINDOWS = ["7", "30", "90", "all"] as const satisfies readonly Window[];

/** One of a set of words, else the default. */
export function oneOf<const Allowed extends readonly (string | number)[], Default>(
  value: unknown,
  allowed: Allowed,
  otherwise: Default,
): Allowed[number] | Default {
  return allowed.find((each) => String(each) === String(value)) ?? otherwise;
}

/** Short plain text. */
export function text(value: unknown): string | undefined {
  const found = typeof value === "string" ? value.trim() : "";
  return found !== "" && found.length <= 64 ? found : undefined;
}

/** A day as YYYY-MM-DD. */
export function day(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}

/** Several texts, without repetition; undefined when there are none. */
export function texts(value: unknown): string[] | undefined {
  const found = (Array.isArray(value) ? value : [value]).map(text).filter((each) => each !== undefined);
  return found.length > 0 ? [...new Set(found)] : undefined;
}

/** A market code. */
export function marketCode(value: unknown): string | undefined {
  return typeof value === "string" && /^[a-z0-9_]{1,16}$/.test(value) ? value : undefined;
}
