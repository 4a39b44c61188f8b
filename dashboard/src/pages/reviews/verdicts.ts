/** What was judged on this visit. A verdict shows at once, and is taken back when the API did not keep it. */
import { useState } from "react";
import { answer, api } from "@/api/client";
import type { UncertainLink, Verdict } from "@/api/shapes";

export interface Judged {
  /** What the API has kept. */
  kept: Verdict | null;
  /** What is on its way to the API. */
  asked: Verdict | null;
  /** Why the newest one was not kept. */
  error: unknown;
}

export interface Verdicts {
  of: (link: UncertainLink) => Judged;
  give: (link: UncertainLink, verdict: Verdict) => Promise<void>;
  /** How many the API has kept. */
  count: number;
}

const OPEN: Judged = { kept: null, asked: null, error: null };

export function keyOf({ news_id, stock }: UncertainLink): string {
  return `${news_id}/${stock.market}/${stock.symbol}`;
}

/** The verdict that a second review would give. */
export function other(verdict: Verdict): Verdict {
  return verdict === "confirmed" ? "rejected" : "confirmed";
}

/** Whether nobody has judged it yet on this visit. */
export function isOpen({ kept, asked }: Judged): boolean {
  return kept === null && asked === null;
}

export function useVerdicts(): Verdicts {
  const [judged, setJudged] = useState<ReadonlyMap<string, Judged>>(new Map());
  const of = (link: UncertainLink) => judged.get(keyOf(link)) ?? OPEN;
  const put = (link: UncertainLink, change: Partial<Judged>) =>
    setJudged((all) => new Map(all).set(keyOf(link), { ...OPEN, ...all.get(keyOf(link)), ...change }));
  const give = async (link: UncertainLink, verdict: Verdict) => {
    const { kept, asked } = of(link);
    if (asked !== null || kept === verdict) return;
    const { market, symbol } = link.stock;
    put(link, { asked: verdict, error: null });
    try {
      await answer(api.POST("/api/reviews", { body: { news_id: link.news_id, market, symbol, verdict } }));
      put(link, { kept: verdict, asked: null });
    } catch (error) {
      put(link, { asked: null, error });
    }
  };
  return { of, give, count: [...judged.values()].filter((each) => each.kept !== null).length };
}
