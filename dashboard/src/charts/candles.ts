/** Draws candles and volume on a canvas with lightweight-charts; loaded only where a chart is shown. */
import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  HistogramSeries,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type MouseEventParams,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import type { Candle } from "@/charts/bars";
import type { Mark } from "@/charts/marks";
import { paletteAt, type Palette } from "@/charts/palette";

interface CandleWords {
  language: string;
  /** How many a price has. */
  decimals: number;
  price: (value: number) => string;
}

interface CandleEvents {
  /** The day under the crosshair, null when it left the chart. */
  onHover: (sessionDate: string | null) => void;
  onMark: (id: string) => void;
}

export interface CandleDrawing {
  /** Draw these, in the colours that stand at the element now. */
  show: (candles: Candle[], marks: Mark[]) => void;
  remove: () => void;
}

/** An empty chart inside `element`, filled by `show`. */
export function drawCandles(element: HTMLElement, { language, decimals, price }: CandleWords, events: CandleEvents): CandleDrawing {
  const chart = createChart(element, {
    autoSize: true,
    layout: { attributionLogo: false }, // its style element would break the CSP; the notice stands under the chart
    localization: { locale: language, priceFormatter: price, dateFormat: "yyyy-MM-dd" },
    crosshair: { mode: CrosshairMode.Magnet },
    handleScroll: { vertTouchDrag: false },
  });
  const prices = chart.addSeries(CandlestickSeries, {
    borderVisible: false,
    priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals },
  });
  prices.priceScale().applyOptions({ scaleMargins: { top: 0.12, bottom: 0.28 } });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  const markers = createSeriesMarkers<Time>(prices, []);
  listen(chart, events);
  return {
    show: (candles, marks) => {
      const palette = paletteAt(element);
      const { up, down } = palette;
      colour(chart, palette);
      prices.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
      prices.setData(candles.map((candle) => ({ ...candle, time: candle.session_date })));
      volume.setData(
        candles.map(({ session_date, open, close, volume: value }) => ({
          time: session_date,
          value,
          color: faint(close >= open ? up : down),
        })),
      );
      markers.setMarkers(marks.map((mark) => drawn(mark, palette)));
      chart.timeScale().fitContent();
    },
    remove: () => chart.remove(),
  };
}

function listen(chart: IChartApi, events: CandleEvents): void {
  chart.subscribeCrosshairMove((at: MouseEventParams) => events.onHover(typeof at.time === "string" ? at.time : null));
  chart.subscribeClick((at: MouseEventParams) => {
    const mark = at.hoveredObjectId;
    if (typeof mark === "string") events.onMark(mark);
  });
}

function colour(chart: IChartApi, palette: Palette): void {
  chart.applyOptions({
    layout: { background: { type: ColorType.Solid, color: palette.panel }, textColor: palette.soft },
    grid: { vertLines: { color: palette.line }, horzLines: { color: palette.line } },
    rightPriceScale: { borderColor: palette.line },
    timeScale: { borderColor: palette.line },
  });
}

function drawn(mark: Mark, palette: Palette): SeriesMarker<Time> {
  const shades = { news: palette.news, hit: palette.accent, miss: palette.warn, open: palette.edge };
  const isAbove = mark.kind === "news" || mark.direction === "down";
  return {
    time: mark.session_date,
    position: isAbove ? "aboveBar" : "belowBar",
    shape: mark.kind === "news" ? "circle" : mark.direction === "up" ? "arrowUp" : "arrowDown",
    color: shades[mark.kind === "news" ? "news" : mark.outcome],
    text: mark.text,
    size: 0.6,
    id: mark.id,
  };
}

/** The colour at half strength, for bars that stand behind. */
function faint(colour: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}80` : colour;
}
