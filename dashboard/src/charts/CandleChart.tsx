import { useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { Bars } from "@/api/shapes";
import { candlesOf, isAdjusted } from "@/charts/bars";
import { BarTable } from "@/charts/BarTable";
import { CandleKey } from "@/charts/CandleKey";
import { CandleLegend } from "@/charts/CandleLegend";
import { ChartFigure } from "@/charts/ChartFigure";
import { inOrder, type Mark } from "@/charts/marks";
import { useThemeName } from "@/charts/palette";
import { useDrawing } from "@/charts/useDrawing";
import { decimalsOf } from "@/format";
import { useChartsWords } from "@/i18n/charts";
import { useFormat, useLanguage } from "@/i18n/words";
import { coloursOf } from "@/market";

type Props = { bars: Bars; marks: Mark[]; onMark: (id: string) => void };

/** Daily candles with volume and marks; the legend follows the crosshair. At least one bar. */
export function CandleChart({ bars, marks, onMark }: Props) {
  const words = useChartsWords();
  const format = useFormat();
  const candles = useMemo(() => candlesOf(bars.items), [bars]);
  const [hovered, setHovered] = useState<string | null>(null);
  const { host, failed } = useCandles(bars.currency, candles, marks, setHovered, onMark);
  const last = candles.at(-1);
  const label = words.candles(
    bars.symbol,
    candles[0]?.session_date ?? "",
    last?.session_date ?? "",
    `${format.price(last?.close, bars.currency)} ${bars.currency}`,
  );
  return (
    <div data-colours={coloursOf(bars.market)}>
      <CandleLegend candle={candles.find((candle) => candle.session_date === hovered) ?? last} bars={bars} />
      <ChartFigure label={label} table={() => <BarTable bars={bars} label={label} />}>
        {failed && <p role="alert">{words.failed}</p>}
        <div ref={host} role="img" aria-label={label} className="h-72 w-full sm:h-96" />
        <CandleKey />
        {isAdjusted(bars.items) && <p className="text-xs text-soft">{words.adjustedNote}</p>}
        <p className="mt-1 text-xs text-soft">
          TradingView Lightweight Charts™ Copyright © 2025 TradingView, Inc.{" "}
          <a className="underline" href="https://www.tradingview.com/" rel="noopener noreferrer" target="_blank">
            https://www.tradingview.com/
          </a>
        </p>
      </ChartFigure>
    </div>
  );
}

function useCandles(
  currency: string,
  candles: ReturnType<typeof candlesOf>,
  marks: Mark[],
  onHover: (day: string | null) => void,
  onMark: (id: string) => void,
) {
  const language = useLanguage();
  const format = useFormat();
  const price = (value: number) => format.price(value, currency);
  const theme = useThemeName();
  const host = useRef<HTMLDivElement>(null);
  const mark = useEffectEvent(onMark);
  const { drawing, failed } = useDrawing(
    host,
    async (element) => {
      const { drawCandles } = await import("@/charts/candles");
      return drawCandles(element, { language, decimals: decimalsOf(currency), price }, { onHover, onMark: (id) => mark(id) });
    },
    `${language} ${currency}`,
  );
  useEffect(() => drawing?.show(candles, inOrder(marks)), [drawing, candles, marks, theme]);
  return { host, failed };
}
