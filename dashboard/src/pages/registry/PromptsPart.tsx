import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { prompts } from "@/api/language";
import type { Prompt } from "@/api/shapes";
import { Panel } from "@/forms/Panel";
import { useRegistryWords } from "@/i18n/registry";
import { useFormat } from "@/i18n/words";
import { OpenLink } from "@/pages/registry/links";
import { PromptPanel } from "@/pages/registry/PromptPanel";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const route = getRouteApi("/registry");

/** Every version of every prompt; the open one stands above, with the form for the next. */
export function PromptsPart() {
  const words = useRegistryWords();
  const { open, add } = route.useSearch();
  const found = useQuery(prompts());
  return (
    <Answered query={found} skeleton={<SkeletonLines count={8} size="h-12 w-full" />}>
      {(all) => (
        <div className="grid grid-cols-1 gap-4">
          {open !== undefined && (
            <Panel key={`${open} ${add}`} isBeside={false}>
              <PromptPanel name={open} all={all} isNew={add !== undefined} />
            </Panel>
          )}
          <Section title={words.parts.prompts}>
            {all.length === 0 ? <EmptyState title={words.noPrompts} /> : <PromptTable prompts={all} />}
          </Section>
        </div>
      )}
    </Answered>
  );
}

function PromptTable({ prompts: all }: { prompts: Prompt[] }) {
  const words = useRegistryWords();
  const format = useFormat();
  const { open } = route.useSearch();
  return (
    <DataTable
      label={words.parts.prompts}
      columns={[words.version, words.read, words.purpose, words.usedBy, words.note, words.createdAt]}
      rows={all.map((prompt) => ({
        key: prompt.prompt_version,
        cells: [
          prompt.prompt_version,
          <OpenLink
            key="read"
            name={prompt.prompt_version}
            label={words.readOf(prompt.prompt_version)}
            isOpen={prompt.prompt_version === open}
          >
            {words.read}
          </OpenLink>,
          words.purposes[prompt.purpose],
          prompt.models.length > 0 ? prompt.models.join(", ") : <span className="text-soft">{words.nobody}</span>,
          prompt.note,
          <time key="added" dateTime={prompt.created_at} className="whitespace-nowrap">
            {format.day(prompt.created_at.slice(0, 10))}
          </time>,
        ],
      }))}
    />
  );
}
