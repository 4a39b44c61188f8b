import type { Bars } from "@/api/shapes";
import type { Candle } from "@/charts/bars";
import { useChartsWords } from "@/i18n/charts";
import { useFormat } from "@/i18n/words";
import { ChangeText } from "@/parts/ChangeText";

/** Open, high, low, close and volume of the bar under the crosshair, else of the last one. */
export function CandleLegend({ candle, bars }: { candle: Candle | undefined; bars: Bars }) {
  const words = useChartsWords();
  const format = useFormat();
  if (candle === undefined) return null;
  const prices = [
    [words.open, candle.open],
    [words.high, candle.high],
    [words.low, candle.low],
    [words.close, candle.close],
  ] as const;
  return (
    <dl className="mb-2 flex min-h-10 flex-wrap items-baseline gap-x-3 text-xs">
      <div>
        <dt className="sr-only">{words.day}</dt>
        <dd className="font-medium">{candle.session_date}</dd>
      </div>
      {prices.map(([name, value]) => (
        <div key={name} className="flex gap-1">
          <dt className="text-soft">{name}</dt>
          <dd>{format.price(value, bars.currency)}</dd>
        </div>
      ))}
      <div className="flex gap-1">
        <dt className="text-soft">{words.volume}</dt>
        <dd>{format.count(candle.volume)}</dd>
      </div>
      <div>
        <dt className="sr-only">{words.change}</dt>
        <dd>
          <ChangeText value={candle.change} market={bars.market} />
        </dd>
      </div>
    </dl>
  );
}
