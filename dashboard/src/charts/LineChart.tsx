import { type ReactNode, useEffect, useRef, useState } from "react";
import { ChartFigure } from "@/charts/ChartFigure";
import { LineLegend } from "@/charts/LineLegend";
import { useThemeName } from "@/charts/palette";
import type { AlignedSeries, LineLook } from "@/charts/series";
import { useDrawing } from "@/charts/useDrawing";
import { useChartsWords } from "@/i18n/charts";
import { useLanguage } from "@/i18n/words";

type Props = {
  /** At least one line with a day. */
  series: AlignedSeries;
  looks: LineLook[];
  label: string;
  /** The table behind it. */
  table: () => ReactNode;
  /** A value in words, on the axis and in the legend. */
  write: (value: number | null | undefined) => string;
};

/** Lines over days, with a legend that follows the cursor. */
export function LineChart({ series, looks, label, write, table }: Props) {
  const words = useChartsWords();
  const [hovered, setHovered] = useState<number | null>(null);
  const { host, failed } = useLines(series, looks, write, setHovered);
  return (
    <ChartFigure label={label} table={table}>
      {failed && <p role="alert">{words.failed}</p>}
      <div ref={host} role="img" aria-label={label} className="h-80 w-full overflow-hidden" />
      <LineLegend series={series} looks={looks} hovered={hovered} write={write} />
    </ChartFigure>
  );
}

function useLines(
  series: AlignedSeries,
  looks: LineLook[],
  format: Props["write"],
  onHover: (index: number | null) => void,
) {
  const language = useLanguage();
  const theme = useThemeName();
  const host = useRef<HTMLDivElement>(null);
  const { drawing, failed } = useDrawing(
    host,
    async (element) => {
      const { drawLines } = await import("@/charts/lines");
      return drawLines(element, { format, onHover });
    },
    language,
  );
  useEffect(() => drawing?.show(series, looks), [drawing, series, looks, theme]);
  return { host, failed };
}
