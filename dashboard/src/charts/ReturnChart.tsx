import { useEffect, useMemo, useRef, useState } from "react";
import type { DailySeries } from "@/api/shapes";
import { ChartFigure } from "@/charts/ChartFigure";
import { LineLegend } from "@/charts/LineLegend";
import { LineTable } from "@/charts/LineTable";
import { useThemeName } from "@/charts/palette";
import { align, type AlignedSeries, type LineLook, looksOf } from "@/charts/series";
import { useDrawing } from "@/charts/useDrawing";
import { useChartsWords } from "@/i18n/charts";
import { useFormat, useLanguage } from "@/i18n/words";

/** The summed daily return of each model over its days; floors are dashed. At least one series with a day. */
export function ReturnChart({ series }: { series: DailySeries[] }) {
  const words = useChartsWords();
  const lines = useMemo(() => align(series.map(summed)), [series]);
  const looks = useMemo(() => looksOf(lines.lines), [lines]);
  const [hovered, setHovered] = useState<number | null>(null);
  const { host, failed } = useLines(lines, looks, setHovered);
  const label = words.returnsOf(lines.lines.length, lines.days[0] ?? "", lines.days.at(-1) ?? "");
  return (
    <ChartFigure label={label} table={() => <LineTable series={lines} label={label} />}>
      {failed && <p role="alert">{words.failed}</p>}
      <div ref={host} role="img" aria-label={label} className="h-80 w-full overflow-hidden" />
      <LineLegend series={lines} looks={looks} hovered={hovered} />
    </ChartFigure>
  );
}

function summed({ model, is_floor, points }: DailySeries) {
  return {
    label: model,
    isFloor: is_floor,
    points: points.map((point) => ({ day: point.settle_date, value: point.cumulative_return })),
  };
}

function useLines(series: AlignedSeries, looks: LineLook[], onHover: (index: number | null) => void) {
  const language = useLanguage();
  const format = useFormat();
  const theme = useThemeName();
  const host = useRef<HTMLDivElement>(null);
  const { drawing, failed } = useDrawing(
    host,
    async (element) => {
      const { drawLines } = await import("@/charts/lines");
      return drawLines(element, { format: format.change, onHover });
    },
    language,
  );
  useEffect(() => drawing?.show(series, looks), [drawing, series, looks, theme]);
  return { host, failed };
}
