import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { reviews } from "@/api/queries";
import type { UncertainLink, Verdict } from "@/api/shapes";
import { useReviewsWords } from "@/i18n/reviews";
import { KeyHints } from "@/pages/reviews/KeyHints";
import { LinkCard } from "@/pages/reviews/LinkCard";
import { type Action, useKeys } from "@/pages/reviews/useKeys";
import { isOpen, keyOf, other, useVerdicts } from "@/pages/reviews/verdicts";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { MoreButton } from "@/parts/MoreButton";
import { SkeletonLines } from "@/parts/Skeleton";

const PAGE = 25;

/** The links of a market that wait for a person. */
export function Queue({ market }: { market: string | undefined }) {
  const words = useReviewsWords();
  const found = useInfiniteQuery({ ...reviews({ market, limit: PAGE }), enabled: market !== undefined });
  return (
    <Answered query={found} skeleton={<SkeletonLines count={6} size="h-32 w-full" />}>
      {({ pages }) => {
        const links = pages.flatMap((page) => page.items);
        if (links.length === 0) return <EmptyState title={words.none} help={words.noneHelp} />;
        return (
          <>
            <Links links={links} />
            <MoreButton query={found} shown={links.length} />
          </>
        );
      }}
    </Answered>
  );
}

/** The cards, one of them current; a verdict goes on to the next open one. */
function Links({ links }: { links: UncertainLink[] }) {
  const words = useReviewsWords();
  const verdicts = useVerdicts();
  const queue = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  const [latest, setLatest] = useState<UncertainLink | null>(null);
  const go = (place: number) => (queue.current?.children[place] as HTMLElement | undefined)?.focus();
  const judge = (link: UncertainLink, verdict: Verdict) => {
    setLatest(link);
    void verdicts.give(link, verdict);
    go(nextOpen(links, links.indexOf(link), (each) => isOpen(verdicts.of(each))));
  };
  const takeBack = () => {
    const kept = latest && verdicts.of(latest).kept;
    if (latest && kept) void verdicts.give(latest, other(kept));
  };
  const act = (action: Action) => {
    const link = links[at];
    const isThere = queue.current?.contains(document.activeElement) ?? false;
    if (action === "undo") takeBack();
    else if (action === "next" || action === "previous") go(isThere ? at + (action === "next" ? 1 : -1) : at);
    else if (link && isOpen(verdicts.of(link))) judge(link, action === "confirm" ? "confirmed" : "rejected");
  };
  useKeys(queue, act);
  const said = latest && verdicts.of(latest).kept;
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2 text-soft">
        <KeyHints />
        <p role="status">
          {words.count(verdicts.count)}
          {latest && said && <span className="sr-only"> {words.said(words.verdicts[said], latest.stock.name)}</span>}
        </p>
      </div>
      <ul ref={queue} aria-label={words.queue} className="grid grid-cols-1 gap-3">
        {links.map((link, place) => (
          <LinkCard
            key={keyOf(link)}
            link={link}
            judged={verdicts.of(link)}
            isCurrent={place === at}
            onFocus={() => setAt(place)}
            onGive={(verdict) => judge(link, verdict)}
          />
        ))}
      </ul>
    </>
  );
}

/** The next open link after a place, from the beginning again at the end; the place itself when no other is open. */
function nextOpen(links: UncertainLink[], place: number, isWanted: (link: UncertainLink) => boolean): number {
  const turned = [...links.keys()].map((step) => (place + 1 + step) % links.length);
  return turned.find((each) => each !== place && isWanted(links[each] as UncertainLink)) ?? place;
}
