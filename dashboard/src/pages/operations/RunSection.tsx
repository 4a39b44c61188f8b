import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { runs } from "@/api/queries";
import type { Run } from "@/api/shapes";
import { useOperationsWords } from "@/i18n/operations";
import { useFormat } from "@/i18n/words";
import { Answered } from "@/parts/Answered";
import { Choice } from "@/parts/Choice";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { MoreButton } from "@/parts/MoreButton";
import { OutsideLink } from "@/parts/OutsideLink";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";
import { RUN_STATUSES } from "@/search/operations";
import { oneOf } from "@/search/fields";

const route = getRouteApi("/operations");
const PAGE = 25;

/** Dagster's runs, newest first. */
export function RunSection() {
  const words = useOperationsWords();
  const { status } = route.useSearch();
  const navigate = useNavigate({ from: "/operations" });
  const found = useInfiniteQuery(runs({ status, limit: PAGE }));
  const choose = (chosen: string) =>
    void navigate({
      search: (search) => ({ ...search, status: oneOf(chosen, RUN_STATUSES, undefined) }),
      resetScroll: false,
    });
  const options = [{ value: "", label: words.anyStatus }, ...RUN_STATUSES.map((each) => ({ value: each, label: each }))];
  return (
    <Section title={words.runs}>
      <div className="mb-3 flex">
        <Choice<string> label={words.status} value={status ?? ""} options={options} onChoose={choose} />
      </div>
      <Answered query={found} skeleton={<SkeletonLines count={10} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length === 0) return <EmptyState title={words.noRuns} help={words.noRunsHelp} />;
          return (
            <>
              <RunTable rows={rows} />
              <MoreButton query={found} shown={rows.length} />
            </>
          );
        }}
      </Answered>
    </Section>
  );
}

function RunTable({ rows }: { rows: Run[] }) {
  const words = useOperationsWords();
  const format = useFormat();
  const took = ({ started_at, ended_at }: Run) =>
    started_at === null || ended_at === null ? "" : format.span(Date.parse(ended_at) - Date.parse(started_at));
  return (
    <DataTable
      label={words.runs}
      columns={[words.run, words.status, words.job, words.partitions, words.started, words.took]}
      rows={rows.map((run) => ({
        key: run.run_id,
        cells: [
          <OutsideLink key="run" href={run.link}>
            <code title={run.run_id}>{run.run_id.slice(0, 8)}</code>
          </OutsideLink>,
          <span key="status" className={run.status === "FAILURE" ? "font-medium text-bad" : ""}>
            {run.status}
            {run.skipped !== null && (
              <span className="block text-xs text-soft">
                {words.skipped}: {run.skipped}
              </span>
            )}
          </span>,
          run.job,
          run.partitions ?? "",
          format.time(run.started_at ?? run.created_at),
          took(run),
        ],
      }))}
    />
  );
}
