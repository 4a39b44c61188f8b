import { useMemo } from "react";
import type { DailySeries } from "@/api/shapes";
import { useModelsWords } from "@/i18n/models";
import { useFormat, useWords } from "@/i18n/words";
import { byName } from "@/order";
import { EmptyBoard } from "@/pages/models/EmptyBoard";
import { type Board, useDaily } from "@/pages/models/board";
import { Answered } from "@/parts/Answered";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { LongList } from "@/parts/LongList";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const STEP = 14;

/** Each day's own figures of the chosen models, newest first. */
export function DailySection({ board }: { board: Board }) {
  const words = useModelsWords();
  const found = useDaily(board);
  return (
    <Section title={words.daily}>
      <p className="mb-3 text-soft">{words.dailyHelp}</p>
      <Answered query={found} skeleton={<SkeletonLines count={10} />}>
        {(all) => <Days board={board} series={all} />}
      </Answered>
    </Section>
  );
}

function Days({ board, series }: { board: Board; series: DailySeries[] }) {
  const chosen = board.search.model;
  const rows = useMemo(() => daysOf(series.filter((each) => chosen?.includes(each.model) ?? true)), [series, chosen]);
  if (rows.length === 0) return <EmptyBoard board={board} />;
  return (
    <LongList rows={rows} step={STEP}>
      {(shown) => <DailyTable rows={shown} />}
    </LongList>
  );
}

type Day = Pick<DailySeries, "model" | "is_floor"> & DailySeries["points"][number];

function daysOf(series: DailySeries[]): Day[] {
  const days = [...series]
    .sort(byName)
    .flatMap(({ model, is_floor, points }) => points.map((point) => ({ model, is_floor, ...point })));
  // Thousands of days: plain comparisons, and the order of the models is kept within a day.
  return days.sort((one, other) => Number(one.settle_date < other.settle_date) - Number(one.settle_date > other.settle_date));
}

function Day({ day }: { day: Day }) {
  const words = useModelsWords();
  return (
    <>
      {day.settle_date}
      {day.is_contaminated && (
        <span className="badge ml-1" title={words.dayHelp}>
          {words.contaminated}
        </span>
      )}
    </>
  );
}

function DailyTable({ rows }: { rows: Day[] }) {
  const words = useModelsWords();
  const { common } = useWords();
  const format = useFormat();
  const columns = [words.day, common.model, words.asked, words.answered, words.hits, words.dailyBrier, words.dailyReturn, words.summed, words.drawdown];
  return (
    <DataTable
      label={words.daily}
      columns={columns}
      rows={rows.map((day) => ({
        key: `${day.settle_date} ${day.model}`,
        isMuted: day.is_contaminated,
        cells: [
          <Day key="day" day={day} />,
          <ModelName key="model" model={day.model} isFloor={day.is_floor} />,
          format.count(day.asked),
          format.count(day.answered),
          format.count(day.hits),
          format.score(day.brier),
          format.change(day.daily_return),
          format.change(day.cumulative_return),
          format.share(day.drawdown),
        ],
      }))}
    />
  );
}
