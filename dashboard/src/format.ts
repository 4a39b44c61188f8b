/** Numbers, days and times as people read them, by language. A missing value is a dash, never a zero. */
import type { Words } from "@/i18n/en";
import type { Language } from "@/preferences";

export const NONE = "–";

export type FigureKind = "share" | "return" | "score" | "points";
type Unit = "day" | "hour" | "minute" | "second";
export type Format = ReturnType<typeof formatFor>;

const KINDS: Record<string, FigureKind> = {
  coverage: "share",
  hit_rate: "share",
  up_share: "share",
  flip_rate: "share",
  max_drawdown: "share",
  target_rate: "share",
  stop_rate: "share",
  neither_rate: "share",
  ece: "share",
  mean_return: "return",
  skill: "return",
  hit_difference: "points",
};

/** The kind of each figure the API names; what it does not know is a score. */
export function figureKind(name: string): FigureKind {
  return KINDS[name] ?? "score";
}

/** How many decimals a price in a currency has; two while the currency is not known. */
export function decimalsOf(currency: string | undefined): number {
  if (currency === undefined) return 2;
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

export function formatFor(language: Language, words: Words) {
  const locale = language === "ko" ? "ko-KR" : "en-GB";
  // Making a formatter takes longer than all its answers on a page: once each, and only where it is needed.
  const number = (options: Intl.NumberFormatOptions) => {
    let written: Intl.NumberFormat | undefined;
    return (value: number | null | undefined) =>
      value === null || value === undefined ? NONE : (written ??= new Intl.NumberFormat(locale, options)).format(value);
  };
  const share = number({ style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const change = number({
    style: "percent",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: "exceptZero",
  });
  const score = number({ minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const point = number({ minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero" });
  const points = (value: number | null | undefined) =>
    value === null || value === undefined ? NONE : words.common.points(point(100 * value));
  const figures = { share, return: change, score, points };
  const stamp = (options: Intl.DateTimeFormatOptions) => {
    const written = kept((timeZone: string | undefined) => new Intl.DateTimeFormat(locale, { ...options, timeZone }));
    return (at: string | number | null | undefined, timeZone?: string) =>
      at === null || at === undefined ? NONE : written(timeZone).format(new Date(at));
  };
  const unit = kept((name: Unit) => number({ style: "unit", unit: name, unitDisplay: "narrow" }));
  const price = kept((currency: string | undefined) => {
    const digits = decimalsOf(currency);
    return number({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  });

  return {
    /** 12,345 */
    count: number({ maximumFractionDigits: 0 }),
    /** 54.3 % of a fraction. */
    share,
    /** 2 or 0.25: a number that somebody chose. */
    rough: number({ maximumSignificantDigits: 2 }),
    /** 0.13 % of a fraction: how often something rare is accepted. */
    level: number({ style: "percent", maximumSignificantDigits: 2 }),
    /** +1.25 % of a fraction. */
    change,
    /** 1,234.50, with as many decimals as the currency has. */
    price: (value: number | null | undefined, currency: string | undefined) => price(currency)(value),
    score,
    figure: (value: number | null, kind: FigureKind) => figures[kind](value),
    /** A local day, as the API writes it. */
    day: (value: string | null | undefined) => value ?? NONE,
    /** Day and time with the zone's name; the viewer's zone unless one is given. */
    time: stamp({
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    }),
    /** Day and time to the second, with the year. */
    fullTime: stamp({ dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }),
    /** Hours, minutes and seconds. */
    clock: stamp({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
    /** A past instant as a distance from now. */
    ago: (at: string | number, now = Date.now()) => {
      const minutes = Math.max(0, Math.floor((now - new Date(at).getTime()) / 60_000));
      if (minutes < 1) return words.common.ago.now;
      if (minutes < 60) return words.common.ago.minutes(minutes);
      if (minutes < 48 * 60) return words.common.ago.hours(Math.floor(minutes / 60));
      return words.common.ago.days(Math.floor(minutes / 1440));
    },
    /** A span of milliseconds, at most two units: 2d 3h, 3h 12m, 12m 5s. */
    span: (milliseconds: number) => {
      const seconds = Math.max(0, Math.floor(milliseconds / 1000));
      const parts: [number, Unit][] = [
        [Math.floor(seconds / 86_400), "day"],
        [Math.floor(seconds / 3600) % 24, "hour"],
        [Math.floor(seconds / 60) % 60, "minute"],
        [seconds % 60, "second"],
      ];
      const first = parts.findIndex(([amount]) => amount > 0);
      return parts
        .slice(first < 0 ? 3 : Math.min(first, 2), first < 0 ? 4 : first + 2)
        .map(([amount, name]) => unit(name)(amount))
        .join(" ");
    },
  };
}

/** A function of one key that works each key out once. */
function kept<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const found = made.get(key) ?? make(key);
    made.set(key, found);
    return found;
  };
}
