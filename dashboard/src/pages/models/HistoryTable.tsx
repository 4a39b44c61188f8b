import type { VerdictDay, Verdicts } from "@/api/shapes";
import { times } from "@/charts/EvidenceChart";
import { figureKind } from "@/format";
import { useVerdictWords } from "@/i18n/verdicts";
import { useFormat } from "@/i18n/words";
import { shownAt } from "@/pages/models/verdicts";
import { WordMark } from "@/pages/models/WordMark";
import { DataTable } from "@/parts/DataTable";
import { LongList } from "@/parts/LongList";

const STEP = 10;

/** What was said as of each day, newest first; what a correction replaced stands below what replaced it, muted. */
export function HistoryTable({ days, metric }: { days: VerdictDay[]; metric: Verdicts["metric"] }) {
  const newest = [...days].sort(
    (one, other) => other.as_of_date.localeCompare(one.as_of_date) || other.decided_at.localeCompare(one.decided_at),
  );
  return (
    <LongList rows={newest} step={STEP}>
      {(shown) => <Rows days={shown} metric={metric} />}
    </LongList>
  );
}

function Rows({ days, metric }: { days: VerdictDay[]; metric: Verdicts["metric"] }) {
  const words = useVerdictWords();
  const format = useFormat();
  const kind = figureKind(`${metric}_difference`);
  return (
    <DataTable
      label={words.history}
      columns={[
        words.day,
        words.word,
        words.meanDifference,
        words.betDays,
        words.questions,
        words.rowBetter,
        words.columnBetter,
        words.goal,
        words.smaller,
      ]}
      rows={days.map((day) => ({
        key: `${day.as_of_date} ${day.decided_at}`,
        isMuted: day.superseded_at !== null,
        cells: [
          <Day key="day" day={day} />,
          <WordMark key="word" word={day.verdict} />,
          format.figure(day.difference, kind),
          format.count(day.days),
          format.count(day.questions),
          times(day.better),
          times(day.worse),
          times(shownAt(day.alpha)),
          `${times(day.below_edge)} · ${times(day.above_edge)}`,
        ],
      }))}
    />
  );
}

function Day({ day }: { day: VerdictDay }) {
  const words = useVerdictWords();
  const format = useFormat();
  return (
    <>
      <span className="whitespace-nowrap">{day.as_of_date}</span>
      {day.is_revised && (
        <span className="badge ml-1 text-warn" title={words.revisedHelp}>
          {words.revised}
        </span>
      )}
      {day.superseded_at !== null && (
        <span className="block text-xs">{words.replaced(format.time(day.superseded_at))}</span>
      )}
    </>
  );
}
