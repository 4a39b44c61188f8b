/** Draws lines over days on a canvas with uPlot; loaded only where such a chart is shown. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colourAt, paletteAt } from "@/charts/palette";
import type { AlignedLine, AlignedSeries, LineLook } from "@/charts/series";

const HEIGHT = 320;
const LABELLED_FROM = 640;
const LABEL_ROOM = 150;
const LABEL_STEP = 13;

export interface LineDrawing {
  /** Draw these in place of what stands there, in the colours of the element now. */
  show: (series: AlignedSeries, looks: LineLook[]) => void;
  remove: () => void;
}

interface LineOptions {
  /** A value as the axis says it. */
  format: (value: number) => string;
  /** The index of the day under the cursor, null when it left the chart. */
  onHover: (index: number | null) => void;
}

/** Lines inside `element`, as wide as it; a day without a value is bridged. */
export function drawLines(element: HTMLElement, options: LineOptions): LineDrawing {
  let chart: uPlot | null = null;
  let redraw = () => {};
  const watch = new ResizeObserver(() => {
    if (chart !== null && chart.width !== element.clientWidth) redraw();
  });
  watch.observe(element);
  return {
    show: (series, looks) => {
      redraw = () => {
        chart?.destroy();
        chart = plot(element, series, looks, options);
      };
      redraw();
    },
    remove: () => {
      watch.disconnect();
      chart?.destroy();
    },
  };
}

function plot(element: HTMLElement, series: AlignedSeries, looks: LineLook[], options: LineOptions): uPlot {
  const stamps = series.days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
  const isLabelled = element.clientWidth >= LABELLED_FROM;
  return new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      padding: [10, isLabelled ? LABEL_ROOM : 8, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      axes: axes(element, options.format),
      series: [{}, ...series.lines.map((line, index) => drawnLine(element, line, looks[index], stamps))],
      hooks: {
        setCursor: [(self) => options.onHover(self.cursor.idx ?? null)],
        draw: [(self) => isLabelled && labelEnds(self, series, looks.map((look) => colourAt(element, look.colour)))],
      },
    },
    [stamps, ...series.lines.map((line) => line.values)],
    element,
  );
}

function drawnLine(element: HTMLElement, line: AlignedLine, look: LineLook | undefined, stamps: number[]): uPlot.Series {
  const colour = colourAt(element, look?.colour ?? "--ink");
  const until = stamps[line.muted - 1];
  return {
    label: line.label,
    stroke: until === undefined ? colour : (self) => greyUntil(self, until, colourAt(element, "--edge"), colour),
    dash: look?.dash,
    width: look?.width,
    spanGaps: true,
    points: { show: false },
  };
}

/** Grey up to a day, then the line's own colour. */
function greyUntil(self: uPlot, stamp: number, grey: string, colour: string): string | CanvasGradient {
  const { left, width } = self.bbox;
  // The scale is not known when uPlot asks for the first time.
  if (!width || self.scales.x?.min == null) return colour;
  const share = Math.min(1, Math.max(0, (self.valToPos(stamp, "x", true) - left) / width));
  const gradient = self.ctx.createLinearGradient(left, 0, left + width, 0);
  for (const [at, shade] of [[0, grey], [share, grey], [share, colour], [1, colour]] as const) gradient.addColorStop(at, shade);
  return gradient;
}

function axes(element: HTMLElement, format: (value: number) => string): uPlot.Axis[] {
  const { soft, line } = paletteAt(element);
  const look = { stroke: soft, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const days = [1, 2, 7, 14, 28, 91, 182, 364].map((count) => count * 86_400);
  const monthAndDay = (stamp: number) => new Date(stamp * 1000).toISOString().slice(5, 10);
  return [
    { ...look, space: 56, incrs: days, values: (_, stamps) => stamps.map(monthAndDay) },
    { ...look, size: 64, values: (_, values) => values.map(format) },
  ];
}

/** Each line's name at its right end, pushed down where two would overlap. */
function labelEnds(self: uPlot, series: AlignedSeries, colours: string[]): void {
  const { ctx, bbox } = self;
  const ratio = devicePixelRatio;
  const ends = series.lines
    .map((line, index) => ({ label: line.label, colour: colours[index] ?? "", value: line.values.findLast((value) => value !== null) }))
    .flatMap(({ label, colour, value }) => (value == null ? [] : [{ label, colour, y: self.valToPos(value, "y", true) }]))
    .sort((one, other) => one.y - other.y);
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  let free = -Infinity;
  for (const end of ends) {
    const y = Math.max(end.y, free);
    ctx.fillStyle = end.colour;
    ctx.fillText(end.label, bbox.left + bbox.width + 6 * ratio, y);
    free = y + LABEL_STEP * ratio;
  }
  ctx.restore();
}
