/** Draws lines over days on a canvas with uPlot; loaded only where such a chart is shown. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Palette } from "@/charts/palette";
import type { AlignedSeries } from "@/charts/series";

export interface LineStyle {
  colour: string;
  dash: number[];
  width: number;
}

export interface LineDrawing {
  resize: (width: number) => void;
  remove: () => void;
}

interface LineOptions {
  height: number;
  styles: LineStyle[];
  palette: Palette;
  format: (value: number) => string;
  /** The index of the day under the cursor, null when it left the chart. */
  onHover: (index: number | null) => void;
}

/** One line per series inside `element`; nulls leave gaps unbridged at the ends only. */
export function drawLines(element: HTMLElement, series: AlignedSeries, options: LineOptions): LineDrawing {
  const seconds = series.days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
  const chart = new uPlot(
    {
      width: element.clientWidth,
      height: options.height,
      tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), "Etc/UTC"),
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      axes: axes(options),
      series: [{}, ...series.lines.map((line, index) => drawnLine(line.label, options.styles[index]))],
      hooks: { setCursor: [(plot) => options.onHover(plot.cursor.idx ?? null)] },
    },
    [seconds, ...series.lines.map((line) => line.values)],
    element,
  );
  return {
    resize: (width) => chart.setSize({ width, height: options.height }),
    remove: () => chart.destroy(),
  };
}

function drawnLine(label: string, style: LineStyle | undefined): uPlot.Series {
  return {
    label,
    stroke: style?.colour,
    dash: style?.dash,
    width: style?.width ?? 1,
    spanGaps: true,
    points: { show: false },
  };
}

function axes({ palette, format }: LineOptions): uPlot.Axis[] {
  const look = { stroke: palette.soft, grid: { stroke: palette.line, width: 1 }, ticks: { stroke: palette.line, width: 1 } };
  const day = (stamp: number) => new Date(stamp * 1000).toISOString().slice(5, 10);
  return [
    { ...look, space: 64, incrs: [1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * 86_400), values: (_, stamps) => stamps.map(day) },
    { ...look, size: 58, values: (_, values) => values.map(format) },
  ];
}
