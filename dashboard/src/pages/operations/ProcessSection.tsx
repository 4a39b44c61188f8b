import { useQuery } from "@tanstack/react-query";
import { processes } from "@/api/queries";
import { useOperationsWords } from "@/i18n/operations";
import { useFormat } from "@/i18n/words";
import { StateMark } from "@/pages/operations/StateMark";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** The processes that must be alive, and their last sign. */
export function ProcessSection() {
  const words = useOperationsWords();
  const format = useFormat();
  const found = useQuery(processes());
  return (
    <Section title={words.processes}>
      <Answered query={found} skeleton={<SkeletonLines count={5} />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title={words.noProcesses} help={words.noProcessesHelp} />
          ) : (
            <DataTable
              label={words.processes}
              columns={[words.process, words.state, words.beat, words.detail]}
              rows={all.map((each) => ({
                key: each.process,
                cells: [
                  each.process,
                  <StateMark key="state" isWell={each.is_alive}>
                    {each.is_alive ? words.alive : words.silent}
                  </StateMark>,
                  each.beat_at === null ? words.never : format.ago(each.beat_at),
                  each.detail,
                ],
              }))}
            />
          )
        }
      </Answered>
    </Section>
  );
}
