import { useQuery } from "@tanstack/react-query";
import { markets } from "@/api/queries";
import type { Market } from "@/api/shapes";
import { useNow } from "@/clock";
import { useOverviewWords } from "@/i18n/overview";
import { useFormat } from "@/i18n/words";
import { Answered } from "@/parts/Answered";
import { SyntheticLabel } from "@/parts/badges";
import { Section } from "@/parts/Section";
import { Skeleton } from "@/parts/Skeleton";

const USUAL_COUNT = 2;

/** Each market's state and what its clock reaches next. */
export function MarketClocks() {
  const words = useOverviewWords();
  const query = useQuery(markets());
  return (
    <Section title={words.clock}>
      <Answered query={query} skeleton={<Clocks count={USUAL_COUNT} />}>
        {(found) => (
          <div className="grid gap-4 sm:grid-cols-2">
            {found.map((market) => (
              <Clock key={market.market} market={market} readAt={query.dataUpdatedAt} />
            ))}
          </div>
        )}
      </Answered>
    </Section>
  );
}

function Clocks({ count }: { count: number }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {Array.from({ length: count }, (_, place) => (
        <Skeleton key={place} size="h-56 w-full" />
      ))}
    </div>
  );
}

/** Counts by the database's clock: the browser's own may be wrong. */
function Clock({ market, readAt }: { market: Market; readAt: number }) {
  const words = useOverviewWords();
  const format = useFormat();
  const now = useNow() + (new Date(market.now).getTime() - readAt);
  const close = market.state === "open" ? market.current : market.next;
  const moments: [label: string, at: string | undefined][] = [
    [words.cutoff, market.next?.cutoff_at],
    [words.opens, market.next?.open_at],
    [words.closes, close?.close_at],
  ];
  return (
    <div className="min-h-56">
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="font-semibold">{market.market}</span>
        <span className="text-soft">{market.exchange}</span>
        <SyntheticLabel isSynthetic={market.is_synthetic} />
      </p>
      <p className="mb-1">
        <span className="font-medium">{words.states[market.state]}</span>{" "}
        <span className="text-soft">
          {format.clock(now, market.timezone)} {words.marketTime}
        </span>
      </p>
      {market.next === null && <p className="text-warn">{words.noSession}</p>}
      <dl className="grid gap-1">
        {moments.map(([label, at]) => at !== undefined && <Moment key={label} label={label} at={at} now={now} zone={market.timezone} />)}
      </dl>
    </div>
  );
}

function Moment({ label, at, now, zone }: { label: string; at: string; now: number; zone: string }) {
  const words = useOverviewWords();
  const format = useFormat();
  const left = new Date(at).getTime() - now;
  return (
    <div className="grid grid-cols-[6rem_1fr] gap-x-2 border-t border-line pt-1">
      <dt className="text-soft">{label}</dt>
      <dd>
        <span className="block">{format.time(at, zone)}</span>
        <span className="block text-xs text-soft">
          {left > 0 ? words.inTime(format.span(left)) : words.passed} · {format.time(at)} {words.yourTime}
        </span>
      </dd>
    </div>
  );
}
