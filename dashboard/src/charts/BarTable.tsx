import type { Bars } from "@/api/shapes";
import { useChartsWords } from "@/i18n/charts";
import { useFormat } from "@/i18n/words";
import { DataTable } from "@/parts/DataTable";

/** Bars as traded, newest first. */
export function BarTable({ bars, label }: { bars: Bars; label: string }) {
  const words = useChartsWords();
  const format = useFormat();
  const price = (value: number) => format.price(value, bars.currency);
  return (
    <DataTable
      isNumeric
      label={label}
      columns={[words.day, words.open, words.high, words.low, words.close, words.adjusted, words.volume]}
      rows={[...bars.items].reverse().map((bar) => ({
        key: bar.session_date,
        cells: [
          <>
            {bar.session_date}
            {bar.is_corrected && <span className="badge ml-1 text-warn">{words.corrected}</span>}
            {bar.split_ratio !== 1 && <span className="badge ml-1 text-soft">{words.split(String(bar.split_ratio))}</span>}
          </>,
          ...[bar.open, bar.high, bar.low, bar.close, bar.adjusted_close].map(price),
          format.count(bar.volume),
        ],
      }))}
    />
  );
}
