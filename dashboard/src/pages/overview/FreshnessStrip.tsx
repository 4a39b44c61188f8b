import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { failedPartitions, freshness } from "@/api/queries";
import type { FailedPartition, Freshness } from "@/api/shapes";
import { useOverviewWords } from "@/i18n/overview";
import { useFormat } from "@/i18n/words";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const SHOWN_FAILURES = 3;

/** How up to date each asset is, and the days that are not as they should be. */
export function FreshnessStrip() {
  const words = useOverviewWords();
  const fresh = useQuery(freshness());
  const failed = useQuery(failedPartitions());
  return (
    <Section title={words.freshness} aside={<Link to="/operations">{words.toOperations}</Link>}>
      <Answered query={failed} skeleton={<SkeletonLines count={1} size="h-5 w-full" />}>
        {(found) => <Failures found={found} />}
      </Answered>
      <div className="mt-3">
        <Answered query={fresh} skeleton={<SkeletonLines count={2} size="h-28 w-full" />}>
          {(found) => (found.length === 0 ? <EmptyState title={words.noFreshness} /> : <Strips found={found} />)}
        </Answered>
      </div>
    </Section>
  );
}

function Failures({ found }: { found: FailedPartition[] }) {
  const words = useOverviewWords();
  if (found.length === 0) return <p className="text-soft">{words.noFailures}</p>;
  return (
    <div className="rounded border border-bad bg-bad-wash p-3">
      <p className="font-semibold text-bad">{words.failures(found.length)}</p>
      <ul className="mt-1 grid gap-1">
        {found.slice(0, SHOWN_FAILURES).map((each) => (
          <li key={`${each.market}/${each.asset}/${each.partition_date}/${each.kind}`}>
            <span className="font-medium">
              {each.market}/{each.asset} {each.partition_date}
            </span>{" "}
            <span className="text-soft">{each.detail}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Strips({ found }: { found: Freshness[] }) {
  const byMarket = Map.groupBy(found, (each) => each.market);
  return (
    <div className="grid gap-3">
      {[...byMarket].map(([market, assets]) => (
        <div key={market}>
          <h3 className="mb-1 font-medium">{market}</h3>
          <ul className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-4">
            {assets.map((asset) => (
              <Asset key={asset.asset} freshness={asset} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function Asset({ freshness: asset }: { freshness: Freshness }) {
  const words = useOverviewWords();
  const format = useFormat();
  return (
    <li className={`rounded border px-2 py-1 ${asset.is_late || asset.failing_gates > 0 ? "border-warn" : "border-line"}`}>
      <span className="block truncate font-medium" title={asset.asset}>
        {asset.asset}
      </span>
      <span className="block text-xs text-soft">{format.day(asset.newest_date)}</span>
      <span className={`block text-xs ${asset.is_late ? "text-warn" : "text-soft"}`}>
        {asset.is_late ? words.late : words.fresh}
        {asset.is_late && <span className="block whitespace-nowrap">{words.expected(asset.expected_date)}</span>}
      </span>
      {asset.failing_gates > 0 && <span className="block text-xs text-bad">{words.gates(asset.failing_gates)}</span>}
    </li>
  );
}
