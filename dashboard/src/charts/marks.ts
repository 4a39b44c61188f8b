/** What stands on a bar beside its price: the news of its day and what a model said of it. */

export interface Mark {
  /** `news:<id>` or `forecast:<id>`. */
  id: string;
  kind: "news" | "forecast";
  session_date: string;
  direction: "up" | "down" | null;
  outcome: "hit" | "miss" | "open";
  text: string;
}

interface Told {
  news_id: number;
  available_at: string;
}

interface Said {
  prediction_id: number;
  session_date: string;
  direction: "up" | "down" | null;
  settlement: { is_hit: boolean | null };
}

/** One mark per bar that has news: how many articles became available on its day, or since the bar before. */
export function newsMarks(articles: Told[], days: string[], timezone: string): Mark[] {
  const local = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
  const byDay = new Map<string, Told[]>();
  for (const article of articles) {
    const told = local.format(new Date(article.available_at));
    const day = days.find((session) => session >= told);
    if (day && told >= (days[0] ?? "")) byDay.set(day, [...(byDay.get(day) ?? []), article]);
  }
  return [...byDay].map(([day, told]) => ({
    id: `news:${told[0]?.news_id}`,
    kind: "news",
    session_date: day,
    direction: null,
    outcome: "open",
    text: told.length > 1 ? String(told.length) : "",
  }));
}

/** One mark per directed forecast whose session has a bar: its arrow, and ✓ or ✗ once it is settled. */
export function forecastMarks(forecasts: Said[], days: string[]): Mark[] {
  const drawn = new Set(days);
  return forecasts
    .filter((forecast) => forecast.direction !== null && drawn.has(forecast.session_date))
    .map((forecast) => {
      const hit = forecast.settlement.is_hit;
      return {
        id: `forecast:${forecast.prediction_id}`,
        kind: "forecast",
        session_date: forecast.session_date,
        direction: forecast.direction,
        outcome: hit === null ? "open" : hit ? "hit" : "miss",
        text: hit === null ? "" : hit ? "✓" : "✗",
      };
    });
}

/** Marks in the order a chart wants them: ascending by day. */
export function inOrder(marks: Mark[]): Mark[] {
  return [...marks].sort((one, other) => one.session_date.localeCompare(other.session_date));
}
