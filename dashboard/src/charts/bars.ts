/** Daily bars as a chart draws them: adjusted for later splits, so that a split is no cliff. */

import type { StockSearch } from "@/search/stock";

/** The part of an API bar that charts read. */
export interface DailyBar {
  session_date: string;
  open: number;
  high: number;
  low: number;
  close: number;
  adjusted_close: number;
  volume: number;
}

export interface Candle {
  session_date: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** Close to close, null on the first bar. */
  change: number | null;
}

/** Candles in adjusted prices, ascending as the bars are. */
export function candlesOf(bars: DailyBar[]): Candle[] {
  return bars.map((bar, index) => {
    const factor = bar.close === 0 ? 1 : bar.adjusted_close / bar.close;
    const before = bars[index - 1]?.adjusted_close ?? null;
    return {
      session_date: bar.session_date,
      open: bar.open * factor,
      high: bar.high * factor,
      low: bar.low * factor,
      close: bar.adjusted_close,
      volume: bar.volume / factor,
      change: before ? bar.adjusted_close / before - 1 : null,
    };
  });
}

/** Whether any bar was traded at another price than the one drawn. */
export function isAdjusted(bars: DailyBar[]): boolean {
  return bars.some((bar) => Math.abs(bar.adjusted_close - bar.close) > 1e-9 * Math.abs(bar.close));
}

export type Range = StockSearch["range"];

const months: Record<Exclude<Range, "all">, number> = { "1m": 1, "3m": 3, "6m": 6, "1y": 12 };

/** The first day of a range that ends at `last` (YYYY-MM-DD); null for the whole history. */
export function firstDay(range: Range, last: string): string | null {
  if (range === "all") return null;
  const day = new Date(`${last}T00:00:00Z`);
  const wanted = day.getUTCDate();
  day.setUTCDate(1);
  day.setUTCMonth(day.getUTCMonth() - months[range]);
  const longest = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
  day.setUTCDate(Math.min(wanted, longest));
  return day.toISOString().slice(0, 10);
}
