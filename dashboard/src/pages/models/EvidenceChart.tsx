import { useMemo } from "react";
import type { VerdictDay } from "@/api/shapes";
import { LineChart } from "@/charts/LineChart";
import { align, type LineLook } from "@/charts/series";
import { useVerdictWords } from "@/i18n/verdicts";
import { useFormat } from "@/i18n/words";
import { shownAt } from "@/pages/models/verdicts";

const LOOKS: LineLook[] = [
  { colour: "--series-1", dash: [], width: 2 },
  { colour: "--series-2", dash: [], width: 2 },
  { colour: "--edge", dash: [6, 4], width: 1.5 },
];

/** The logarithm of both bets' wealth as it stands for each day, and the line above which a word is shown. */
export function EvidenceChart({ days, row, column }: { days: VerdictDay[]; row: string; column: string }) {
  const words = useVerdictWords();
  const format = useFormat();
  const series = useMemo(() => {
    const standing = days.filter((day) => day.superseded_at === null);
    const line = (label: string, value: (day: VerdictDay) => number) => ({
      label,
      isFloor: false,
      points: standing.map((day) => ({ day: day.as_of_date, value: value(day) })),
    });
    return align([
      line(words.better(row), (day) => day.better),
      line(words.better(column), (day) => day.worse),
      line(words.line, (day) => shownAt(day.alpha)),
    ]);
  }, [days, row, column, words]);
  const label = words.evidenceOf(row, column, series.days[0] ?? "", series.days.at(-1) ?? "");
  return <LineChart series={series} looks={LOOKS} label={label} write={format.score} />;
}
