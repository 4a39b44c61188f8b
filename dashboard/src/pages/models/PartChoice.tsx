import { Link } from "@tanstack/react-router";
import { useModelsWords } from "@/i18n/models";
import { useWords } from "@/i18n/words";
import { type Board, useSectors } from "@/pages/models/board";
import { Choice } from "@/parts/Choice";
import { StockField } from "@/parts/StockField";

/** Whose forecasts are looked at: all, one sector's, or one stock's. */
export function PartChoice({ board }: { board: Board }) {
  const words = useModelsWords();
  const { sector } = board.search;
  const names = useSectors(board).data ?? [];
  // A sector that the address names stays chosen, even one that the market does not have.
  const options = [...new Set(sector === undefined ? names : [...names, sector])];
  return (
    <>
      <Choice
        label={words.sector}
        value={sector ?? ""}
        options={[{ value: "", label: words.allSectors }, ...options.map((each) => ({ value: each, label: each }))]}
        onChoose={(chosen) => board.change({ sector: chosen === "" ? undefined : chosen, symbol: undefined })}
      />
      <StockChoice board={board} />
    </>
  );
}

function StockChoice({ board }: { board: Board }) {
  const words = useModelsWords();
  const { searchHint } = useWords().common;
  const { market, search } = board;
  return (
    <span className="grid gap-0.5">
      <span aria-hidden className="text-xs text-soft">
        {words.stock}
      </span>
      {search.symbol === undefined ? (
        <span className="block w-40">
          <StockField
            label={words.stock}
            placeholder={searchHint}
            market={market}
            onChoose={(stock) => board.change({ market: stock.market, symbol: stock.symbol, sector: undefined })}
          />
        </span>
      ) : (
        <span className="control inline-flex items-center gap-2">
          <Link
            to="/stocks/$code/$symbol"
            params={{ code: market ?? "", symbol: search.symbol }}
            aria-label={words.toStock(search.symbol)}
          >
            {search.symbol}
          </Link>
          <button type="button" aria-label={words.clearStock(search.symbol)} onClick={() => board.change({ symbol: undefined })}>
            ×
          </button>
        </span>
      )}
    </span>
  );
}
