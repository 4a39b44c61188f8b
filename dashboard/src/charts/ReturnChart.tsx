import { useMemo } from "react";
import type { DailySeries } from "@/api/shapes";
import { LineChart } from "@/charts/LineChart";
import { LineTable } from "@/charts/LineTable";
import { align, looksOf } from "@/charts/series";
import { useModelsWords } from "@/i18n/models";
import { useFormat } from "@/i18n/words";

type Drawn = "return" | "drawdown";
type Props = { series: DailySeries[]; drawn: Drawn };

/**
 * The summed daily return of each model over its days, or how far that stands below its highest so far; floors are
 * dashed, contaminated days grey. At least one series with a day.
 */
export function ReturnChart({ series, drawn }: Props) {
  const words = useModelsWords();
  const format = useFormat();
  const lines = useMemo(() => align(series.map((each) => lineOf(each, drawn))), [series, drawn]);
  const looks = useMemo(() => looksOf(lines.lines), [lines]);
  const label = words.linesOf[drawn](lines.lines.length, lines.days[0] ?? "", lines.days.at(-1) ?? "");
  const table = () => <LineTable series={lines} label={label} write={format.change} />;
  return <LineChart series={lines} looks={looks} label={label} write={format.change} table={table} />;
}

function lineOf({ model, is_floor, points }: DailySeries, drawn: Drawn) {
  return {
    label: model,
    isFloor: is_floor,
    points: points.map((point) => ({
      day: point.settle_date,
      value: drawn === "return" ? point.cumulative_return : 0 - point.drawdown,
      isMuted: point.is_contaminated,
    })),
  };
}
