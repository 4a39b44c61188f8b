import type { Bars } from "@/api/shapes";
import { useChartsWords } from "@/i18n/charts";
import { useFormat } from "@/i18n/words";

/** Bars as traded, newest first. */
export function BarTable({ bars, label }: { bars: Bars; label: string }) {
  const words = useChartsWords();
  const format = useFormat();
  const columns = [words.day, words.open, words.high, words.low, words.close, words.adjusted, words.volume];
  return (
    <table className="table text-right whitespace-nowrap">
      <caption className="sr-only">{label}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...bars.items].reverse().map((bar) => (
          <tr key={bar.session_date}>
            <th scope="row">
              {bar.session_date}
              {bar.is_corrected && <span className="badge ml-1 text-warn">{words.corrected}</span>}
              {bar.split_ratio !== 1 && <span className="badge ml-1 text-soft">{words.split(String(bar.split_ratio))}</span>}
            </th>
            <td>{format.price(bar.open, bars.currency)}</td>
            <td>{format.price(bar.high, bars.currency)}</td>
            <td>{format.price(bar.low, bars.currency)}</td>
            <td>{format.price(bar.close, bars.currency)}</td>
            <td>{format.price(bar.adjusted_close, bars.currency)}</td>
            <td>{format.count(bar.volume)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
