import type { Article } from "@/api/shapes";
import { useStockWords } from "@/i18n/stock";
import { useFormat } from "@/i18n/words";
import { useMarket } from "@/market";
import { useStockNews } from "@/pages/stock/question";
import { Answered } from "@/parts/Answered";
import { SyntheticLabel } from "@/parts/badges";
import { EmptyState } from "@/parts/EmptyState";
import { MoreButton } from "@/parts/MoreButton";
import { OutsideLink } from "@/parts/OutsideLink";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** The news that names this stock, newest first. */
export function NewsSection({ code, symbol }: { code: string; symbol: string }) {
  const words = useStockWords();
  const timezone = useMarket(code)?.timezone;
  const found = useStockNews(code, symbol);
  return (
    <Section title={words.news}>
      <Answered query={found} skeleton={<SkeletonLines count={6} size="h-16 w-full" />}>
        {({ pages }) => {
          const articles = pages.flatMap((page) => page.items);
          if (articles.length === 0) return <EmptyState title={words.noNews} help={words.noNewsHelp} />;
          return (
            <>
              <div role="group" aria-label={words.news} tabIndex={0} className="relative max-h-[36rem] overflow-y-auto">
                <ul className="grid gap-3">
                  {articles.map((article) => (
                    <NewsItem key={article.news_id} article={article} timezone={timezone} />
                  ))}
                </ul>
              </div>
              <MoreButton query={found} shown={articles.length} />
            </>
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
        {article.story_id !== article.news_id && <span>{words.duplicate}</span>}
        <SyntheticLabel isSynthetic={article.is_synthetic} />
      </p>
    </li>
  );
}
