import { useEffect } from "react";
import type { Article } from "@/api/shapes";
import { useStockWords } from "@/i18n/stock";
import { useFormat } from "@/i18n/words";
import { useMarket } from "@/market";
import { useStockNews } from "@/pages/stock/question";
import { Answered } from "@/parts/Answered";
import { SyntheticLabel } from "@/parts/badges";
import { Copies } from "@/parts/Copies";
import { EmptyState } from "@/parts/EmptyState";
import { LongList } from "@/parts/LongList";
import { OutsideLink } from "@/parts/OutsideLink";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** An article that a person pointed at; a new object each time. */
export type Pointed = { newsId: number };

type Props = { code: string; symbol: string; pointed: Pointed | null };

const STEP = 10;

/** The news that names this stock, newest first; the focus goes to the article that was pointed at. */
export function NewsSection({ code, symbol, pointed }: Props) {
  const words = useStockWords();
  const timezone = useMarket(code)?.timezone;
  const found = useStockNews(code, symbol);
  useEffect(() => {
    if (pointed !== null) document.getElementById(`news-${pointed.newsId}`)?.focus();
  }, [pointed]);
  return (
    <Section title={words.news}>
      <Answered query={found} skeleton={<SkeletonLines count={6} size="h-16 w-full" />}>
        {({ pages }) => {
          const articles = pages.flatMap((page) => page.items);
          if (articles.length === 0) return <EmptyState title={words.noNews} help={words.noNewsHelp} />;
          return (
            <LongList
              rows={articles}
              step={STEP}
              least={articles.findIndex((article) => article.news_id === pointed?.newsId) + 1}
              query={found}
            >
              {(shown) => (
                <div role="group" aria-label={words.news} tabIndex={0} className="relative max-h-[36rem] overflow-y-auto">
                  <ul className="grid gap-3">
                    {shown.map((article) => (
                      <NewsItem key={article.news_id} article={article} timezone={timezone} />
                    ))}
                  </ul>
                </div>
              )}
            </LongList>
          );
        }}
      </Answered>
    </Section>
  );
}

function NewsItem({ article, timezone }: { article: Article; timezone: string | undefined }) {
  const words = useStockWords();
  const format = useFormat();
  return (
    <li id={`news-${article.news_id}`} tabIndex={-1} className="border-b border-line pb-3 last:border-0">
      <p className="font-medium" lang={article.language}>
        <OutsideLink href={article.link}>{article.title}</OutsideLink>
      </p>
      <p className="text-soft" lang={article.language}>
        {article.excerpt}
      </p>
      <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-xs text-soft">
        <span>{article.source}</span>
        <time dateTime={article.available_at}>
          {words.available} {format.time(article.available_at, timezone)}
        </time>
        <SyntheticLabel isSynthetic={article.is_synthetic} />
      </p>
      <Copies article={article} timezone={timezone} />
    </li>
  );
}
