import { useModelsWords } from "@/i18n/models";
import { useFormat } from "@/i18n/words";
import { type Board, useReportRecords } from "@/pages/models/board";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { FigureCell } from "@/parts/FigureCell";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const RATES = ["target_rate", "stop_rate", "neither_rate"];

/** How often the targets and stops that reports name came first, by the model that wrote them. */
export function ReportRecordSection({ board }: { board: Board }) {
  const words = useModelsWords();
  const format = useFormat();
  const found = useReportRecords(board);
  return (
    <Section title={words.reports}>
      <p className="mb-3 max-w-prose text-soft">{words.reportsHelp}</p>
      <Answered query={found} skeleton={<SkeletonLines count={3} size="h-10 w-full" />}>
        {({ models }) =>
          models.length === 0 ? (
            <EmptyState title={words.noReports} help={words.noReportsHelp} />
          ) : (
            <DataTable
              label={words.reports}
              columns={[words.model, words.targetFirst, words.stopFirst, words.neither, words.void]}
              rows={models.map(({ model, figures, void: unsettled }) => ({
                key: model,
                cells: [
                  model,
                  ...RATES.map((name) => <FigureCell key={name} figure={figures[name]} name={name} />),
                  format.count(unsettled),
                ],
              }))}
            />
          )
        }
      </Answered>
    </Section>
  );
}
