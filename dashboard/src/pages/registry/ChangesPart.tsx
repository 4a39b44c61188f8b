import { useInfiniteQuery } from "@tanstack/react-query";
import { changes } from "@/api/language";
import type { Change } from "@/api/shapes";
import { useRegistryWords } from "@/i18n/registry";
import { useFormat } from "@/i18n/words";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { MoreButton } from "@/parts/MoreButton";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** Who changed what, the newest first. */
export function ChangesPart() {
  const words = useRegistryWords();
  const found = useInfiniteQuery(changes());
  return (
    <Section title={words.parts.changes}>
      <Answered query={found} skeleton={<SkeletonLines count={8} size="h-12 w-full" />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length === 0) return <EmptyState title={words.noChanges} help={words.noChangesHelp} />;
          return (
            <>
              <ChangeTable changes={rows} />
              <MoreButton query={found} shown={rows.length} />
            </>
          );
        }}
      </Answered>
    </Section>
  );
}

function ChangeTable({ changes: all }: { changes: Change[] }) {
  const words = useRegistryWords();
  const format = useFormat();
  return (
    <DataTable
      label={words.parts.changes}
      columns={[words.when, words.who, words.what, words.difference]}
      rows={all.map((change) => ({
        key: change.change_id,
        cells: [
          <time key="when" dateTime={change.changed_at} className="whitespace-nowrap">
            {format.fullTime(change.changed_at)}
          </time>,
          change.changed_by ?? words.commandLine,
          <>
            {words.subjects[change.subject]} <span className="font-medium">{change.name}</span>
            {change.before === null && <span className="badge ml-1 text-accent">{words.added}</span>}
          </>,
          <Difference key="difference" change={change} />,
        ],
      }))}
    />
  );
}

/** What differs, a line each; what was added is all new. */
function Difference({ change: { before, after } }: { change: Change }) {
  const names = Object.keys(after).filter((name) => written(before?.[name]) !== written(after[name]));
  return (
    <dl className="grid min-w-64 gap-1">
      {names.map((name) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-soft">{name}</dt>
          <dd className="max-h-24 overflow-hidden font-mono text-xs break-words whitespace-pre-wrap">
            {before !== null && `${written(before[name])} → `}
            {written(after[name])}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
