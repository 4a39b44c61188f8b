import type { ReactNode } from "react";
import type { Article } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useFormat } from "@/i18n/words";
import { useMarket } from "@/market";
import { SyntheticLabel } from "@/parts/badges";
import { Copies } from "@/parts/Copies";
import { OutsideLink } from "@/parts/OutsideLink";

/** A story as plain text with its source and time; null is one that is no longer kept. Children say what is known of it. */
export function StoryItem({ article, market, children }: { article: Article | null; market: string; children: ReactNode }) {
  const words = usePredictionWords();
  const format = useFormat();
  const timezone = useMarket(market)?.timezone;
  return (
    <li className="min-w-0 border-l-2 border-line pl-3">
      {article === null ? (
        <p className="text-soft">{words.gone}</p>
      ) : (
        <>
          <p lang={article.language}>
            <OutsideLink href={article.link}>{article.title}</OutsideLink>
          </p>
          <p className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
            <span>{article.source}</span>
            <time dateTime={article.available_at}>{format.fullTime(article.available_at, timezone)}</time>
            <SyntheticLabel isSynthetic={article.is_synthetic} />
          </p>
          <Copies article={article} timezone={timezone} />
        </>
      )}
      <p className="text-xs">{children}</p>
    </li>
  );
}
