import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { comparison } from "@/api/queries";
import type { Comparison, Horizon } from "@/api/shapes";
import { useOverviewWords } from "@/i18n/overview";
import { useFormat, useWords } from "@/i18n/words";
import { answersOf } from "@/order";
import { Answered } from "@/parts/Answered";
import { OriginBadge } from "@/parts/badges";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";
import { CallTable } from "@/pages/overview/CallTable";

const SHOWN = 8;

/** The newest session's forecasts of the first few stocks, all models side by side. */
export function NewestCalls({ market, horizon }: { market: string | undefined; horizon: Horizon }) {
  const words = useOverviewWords();
  const query = useQuery({ ...comparison({ market: market ?? "", horizon }), enabled: market !== undefined });
  return (
    <Section title={words.calls}>
      <div className="min-h-140">
      <Answered query={query} skeleton={<SkeletonLines count={SHOWN + 2} size="h-12 w-full" />}>
        {(found) =>
          found.rows.length === 0 ? (
            <EmptyState title={words.noCalls} help={words.noCallsHelp} />
          ) : (
            <>
              <Question comparison={found} />
              <CallTable comparison={found} shown={SHOWN} />
              <p className="mt-3">
                <Link to="/predictions" search={{ market: found.market, horizon }}>
                  {words.callsAll(found.rows.length)}
                </Link>
              </p>
            </>
          )
        }
      </Answered>
      </div>
    </Section>
  );
}

/** Which session and horizon the calls are for, and how they came to be. */
function Question({ comparison: found }: { comparison: Comparison }) {
  const words = useOverviewWords();
  const format = useFormat();
  const common = useWords().common;
  const origins = new Set(found.rows.flatMap((row) => answersOf(row).map((answer) => answer.origin)));
  return (
    <p className="mb-1 flex flex-wrap items-center gap-2 text-soft">
      {words.callsOf(format.day(found.session_date))} · {common.horizonOf(found.horizon)}
      {[...origins].map((origin) => (
        <OriginBadge key={origin} origin={origin} />
      ))}
    </p>
  );
}
