import { useState } from "react";
import type { DailySeries } from "@/api/shapes";
import { useModelsWords } from "@/i18n/models";
import { useFormat, useWords } from "@/i18n/words";
import { byName } from "@/order";
import { EmptyBoard } from "@/pages/models/EmptyBoard";
import { type Board, isChosen, useDaily } from "@/pages/models/board";
import { Answered } from "@/parts/Answered";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const PAGE = 28;

/** Each day's own figures of the chosen models, newest first. */
export function DailySection({ board }: { board: Board }) {
  const words = useModelsWords();
  const found = useDaily(board);
  return (
    <Section title={words.daily}>
      <p className="mb-3 text-soft">{words.dailyHelp}</p>
      <Answered query={found} skeleton={<SkeletonLines count={10} />}>
        {(all) => {
          const rows = daysOf(all.filter((each) => isChosen(board, each.model)));
          return rows.length === 0 ? <EmptyBoard board={board} /> : <DailyTable rows={rows} />;
        }}
      </Answered>
    </Section>
  );
}

type Day = Pick<DailySeries, "model" | "is_floor"> & DailySeries["points"][number];

function daysOf(series: DailySeries[]): Day[] {
  const days = series.flatMap(({ model, is_floor, points }) => points.map((point) => ({ model, is_floor, ...point })));
  return days.sort((one, other) => other.settle_date.localeCompare(one.settle_date) || byName(one, other));
}

function DailyTable({ rows }: { rows: Day[] }) {
  const words = useModelsWords();
  const { common } = useWords();
  const format = useFormat();
  const [shown, setShown] = useState(PAGE);
  const columns = [words.day, common.model, words.asked, words.answered, words.hits, words.dailyBrier, words.dailyReturn, words.summed];
  return (
    <>
      <DataTable
        label={words.daily}
        columns={columns}
        rows={rows.slice(0, shown).map((day) => ({
          key: `${day.settle_date} ${day.model}`,
          cells: [
            day.settle_date,
            <ModelName key="model" model={day.model} isFloor={day.is_floor} />,
            format.count(day.asked),
            format.count(day.answered),
            format.count(day.hits),
            format.score(day.brier),
            format.change(day.daily_return),
            format.change(day.cumulative_return),
          ],
        }))}
      />
      {shown < rows.length && (
        <p className="mt-3 text-center">
          <button type="button" className="control" onClick={() => setShown(shown + PAGE)}>
            {common.more}
          </button>
        </p>
      )}
    </>
  );
}
