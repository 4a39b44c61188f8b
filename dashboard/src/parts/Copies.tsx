import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { copies } from "@/api/queries";
import type { Article } from "@/api/shapes";
import { useFormat, useWords } from "@/i18n/words";
import { Answered } from "@/parts/Answered";
import { OutsideLink } from "@/parts/OutsideLink";
import { SkeletonLines } from "@/parts/Skeleton";

type Props = { article: Article; timezone: string | undefined };

const MINUTE = 60_000;

/** How often a story was told again and how far ahead its first source was; the copies behind a disclosure. */
export function Copies({ article, timezone }: Props) {
  const words = useWords().common;
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  if (article.copies === 0) return null;
  const lead = article.lead_minutes === null ? null : format.span(article.lead_minutes * MINUTE);
  return (
    <details className="text-xs text-soft" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit">
        <span className="underline">{words.copies(article.copies)}</span> · {words.firstTold(article.first_source, lead)}
      </summary>
      {isOpen && <CopyList article={article} timezone={timezone} />}
    </details>
  );
}

function CopyList({ article, timezone }: Props) {
  const format = useFormat();
  const found = useQuery(copies(article.news_id));
  return (
    <Answered query={found} skeleton={<SkeletonLines count={Math.min(article.copies, 5)} size="h-8 w-full" />}>
      {(all) => (
        <ul className="mt-1 grid gap-1 border-l-2 border-line pl-3">
          {all.map((copy) => (
            <li key={copy.news_id} className="min-w-0 break-words">
              {copy.source} · <time dateTime={copy.available_at}>{format.time(copy.available_at, timezone)}</time>
              <span className="block" lang={copy.language}>
                <OutsideLink href={copy.link}>{copy.title}</OutsideLink>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Answered>
  );
}
