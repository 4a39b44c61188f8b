import { useQuery } from "@tanstack/react-query";
import { failedPartitions } from "@/api/queries";
import { useOperationsWords } from "@/i18n/operations";
import { useFormat } from "@/i18n/words";
import { Answered } from "@/parts/Answered";
import { PartitionLink, RunLink } from "@/parts/dagster";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** The days whose last run or whose check failed, and what to do about them. */
export function FailedSection() {
  const words = useOperationsWords();
  const format = useFormat();
  const found = useQuery(failedPartitions());
  return (
    <Section title={words.failed}>
      <div className="min-h-52">
        <Answered query={found} skeleton={<SkeletonLines count={3} />}>
          {(failed) =>
            failed.length === 0 ? (
              <EmptyState title={words.noFailed} />
            ) : (
              <>
                <p className="mb-2 text-soft">{words.remedy}</p>
                <DataTable
                  label={words.failed}
                  columns={[words.partition, words.kind, words.detail, words.when, words.run]}
                  rows={failed.map((each) => ({
                    key: `${each.market}/${each.asset}/${each.partition_date}/${each.kind}`,
                    cells: [
                      <PartitionLink key="day" market={each.market} asset={each.asset} day={each.partition_date} />,
                      words.kinds[each.kind],
                      each.detail,
                      format.time(each.failed_at),
                      each.run_id === null ? "" : <RunLink key="run" runId={each.run_id} />,
                    ],
                  }))}
                />
              </>
            )
          }
        </Answered>
      </div>
    </Section>
  );
}
