import { useQuery } from "@tanstack/react-query";
import { freshness } from "@/api/queries";
import type { Freshness } from "@/api/shapes";
import { useOperationsWords } from "@/i18n/operations";
import { useFormat } from "@/i18n/words";
import { StateMark } from "@/pages/operations/StateMark";
import { Answered } from "@/parts/Answered";
import { RunLink } from "@/parts/dagster";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const USUAL_ASSETS = 20;

/** How up to date every asset of every market is. */
export function FreshnessSection() {
  const words = useOperationsWords();
  const found = useQuery(freshness());
  return (
    <Section title={words.freshness}>
      <Answered query={found} skeleton={<SkeletonLines count={USUAL_ASSETS} />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title={words.noFreshness} help={words.noFreshnessHelp} />
          ) : (
            <div className="grid gap-6">
              {[...Map.groupBy(all, (each) => each.market)].map(([market, assets]) => (
                <div key={market} className="min-w-0">
                  <h3 className="mb-1 font-medium">{market}</h3>
                  <AssetTable market={market} assets={assets} />
                </div>
              ))}
            </div>
          )
        }
      </Answered>
    </Section>
  );
}

function AssetTable({ market, assets }: { market: string; assets: Freshness[] }) {
  const words = useOperationsWords();
  const format = useFormat();
  const columns = [words.asset, words.state, words.newest, words.expected, words.days, words.rows, words.gates, words.committed, words.run];
  return (
    <DataTable
      label={words.freshnessOf(market)}
      columns={columns}
      rows={assets.map((asset) => ({
        key: asset.asset,
        cells: [
          asset.asset,
          <StateMark key="state" isWell={!asset.is_late}>
            {asset.is_late ? words.late : words.fresh}
          </StateMark>,
          format.day(asset.newest_date),
          asset.expected_date,
          format.count(asset.days),
          format.count(asset.rows),
          <StateMark key="gates" isWell={asset.failing_gates === 0}>
            {format.count(asset.failing_gates)}
          </StateMark>,
          asset.last_committed_at === null ? words.never : format.ago(asset.last_committed_at),
          asset.last_run_id === null ? "" : <RunLink key="run" runId={asset.last_run_id} />,
        ],
      }))}
    />
  );
}
