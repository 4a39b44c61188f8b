import type { StockDetail } from "@/api/shapes";
import { Confirmed } from "@/forms/Confirmed";
import { Fault } from "@/forms/Fault";
import { useStocksWords } from "@/i18n/stocks";
import { useStockChange } from "@/pages/stocks/changes";
import { PauseMark } from "@/pages/stocks/PauseMark";

/** Whether the stock is followed, and the way to the other. */
export function PauseSection({ stock }: { stock: StockDetail }) {
  const words = useStocksWords();
  const change = useStockChange({ market: stock.market, symbol: stock.symbol });
  const turn = () => change.mutate({ is_paused: !stock.is_paused });
  return (
    <div className="grid gap-2 border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p role="status">
          <PauseMark isPaused={stock.is_paused} />
        </p>
        {stock.is_paused ? (
          <button type="button" className="control" aria-disabled={change.isPending} onClick={turn}>
            {words.resume}
          </button>
        ) : (
          <Confirmed action={words.pause} title={words.pauseOf(stock.symbol)} onConfirm={turn}>
            {words.pauseHelp}
          </Confirmed>
        )}
      </div>
      {change.error && <Fault error={change.error} />}
    </div>
  );
}
