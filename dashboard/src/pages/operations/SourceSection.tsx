import { useQuery } from "@tanstack/react-query";
import { sources } from "@/api/queries";
import type { SourceHealth } from "@/api/shapes";
import { useSourcesWords } from "@/i18n/sources";
import { useFormat } from "@/i18n/words";
import { SourceErrors } from "@/pages/operations/SourceErrors";
import { SourceState } from "@/pages/operations/SourceState";
import { SourceVolume } from "@/pages/operations/SourceVolume";
import { Answered } from "@/parts/Answered";
import { SyntheticLabel } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const USUAL_SOURCES = 6;

/** How every source of every market does: whether it answers, whether it gives what it usually gives, who is first. */
export function SourceSection() {
  const words = useSourcesWords();
  const found = useQuery(sources());
  return (
    <Section title={words.title}>
      <Answered query={found} skeleton={<SkeletonLines count={USUAL_SOURCES} size="h-16 w-full" />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title={words.none} help={words.noneHelp} />
          ) : (
            <div className="grid gap-6">
              {[...Map.groupBy(all, (each) => each.market)].map(([market, own]) => (
                <div key={market} className="min-w-0">
                  <h3 className="mb-1 font-medium">{market}</h3>
                  <SourceTable market={market} sources={own} />
                </div>
              ))}
            </div>
          )
        }
      </Answered>
    </Section>
  );
}

function SourceTable({ market, sources: own }: { market: string; sources: SourceHealth[] }) {
  const words = useSourcesWords();
  return (
    <DataTable
      label={words.of(market)}
      columns={[words.source, words.state, words.succeeded, words.today, words.errors, words.lead]}
      rows={own.map((source) => ({
        key: `${source.feed} ${source.name}`,
        cells: [
          <SourceName key="name" source={source} />,
          <SourceState key="state" source={source} />,
          <Success key="succeeded" source={source} />,
          <SourceVolume key="today" source={source} />,
          <SourceErrors key="errors" errors={source.errors} />,
          <Lead key="lead" lead={source.lead} />,
        ],
      }))}
    />
  );
}

function SourceName({ source }: { source: SourceHealth }) {
  const words = useSourcesWords();
  return (
    <>
      {source.name} <SyntheticLabel isSynthetic={source.is_synthetic} />
      <span className="block text-xs font-normal whitespace-nowrap text-soft">
        {words.feeds[source.feed]} · {source.kind}
        {source.every_minutes !== null && ` · ${words.every(source.every_minutes)}`}
      </span>
    </>
  );
}

/** When it last answered; of what is read without being asked by the clock, how far. */
function Success({ source: { succeeded_at, reached_at } }: { source: SourceHealth }) {
  const words = useSourcesWords();
  const format = useFormat();
  const shown = succeeded_at ? format.ago(succeeded_at) : reached_at ? words.readTo(format.time(reached_at)) : words.never;
  return <span className="whitespace-nowrap">{shown}</span>;
}

/** How often and how far it is ahead of others that tell the same story. */
function Lead({ lead }: { lead: SourceHealth["lead"] }) {
  const words = useSourcesWords();
  const format = useFormat();
  if (lead === null) return <span className="text-soft">{words.noLead}</span>;
  return (
    <span className="whitespace-nowrap">
      {words.first(format.share(lead.first_share))}
      <span className="block text-xs text-soft">
        {lead.median_minutes !== null && `${words.ahead(format.span(lead.median_minutes * 60_000))} · `}
        {words.stories(lead.stories)}
      </span>
    </span>
  );
}
