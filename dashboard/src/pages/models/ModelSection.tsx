import { useQuery } from "@tanstack/react-query";
import { models } from "@/api/queries";
import { useModelsWords } from "@/i18n/models";
import { useFormat, useWords } from "@/i18n/words";
import { byName } from "@/order";
import { Answered } from "@/parts/Answered";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";
import { knowledgeOf } from "@/providers";

/** Who provides each model, up to when it may know the world, and since when it is asked. */
export function ModelSection() {
  const words = useModelsWords();
  const { common } = useWords();
  const format = useFormat();
  const found = useQuery(models());
  const columns = [common.model, words.provider, words.identifier, words.prompt, words.cutoff, words.active];
  return (
    <Section title={words.register}>
      <Answered query={found} skeleton={<SkeletonLines count={7} />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title={words.noModels} />
          ) : (
            <DataTable
              label={words.register}
              columns={columns}
              rows={[...all].sort(byName).map((each) => ({
                key: each.model,
                cells: [
                  <ModelName key="model" model={each.model} isFloor={each.is_floor} />,
                  each.provider,
                  each.identifier,
                  format.day(each.prompt_version),
                  knowledgeOf(each, words),
                  activation(each.is_active, each.active_from_at),
                ],
              }))}
            />
          )
        }
      </Answered>
    </Section>
  );

  function activation(isActive: boolean, since: string | null): string {
    if (!isActive) return words.retired;
    // A model that came with the installation is active since the beginning of time.
    return since === null || Date.parse(since) === 0 ? words.alwaysActive : words.activeFrom(since.slice(0, 10));
  }
}
