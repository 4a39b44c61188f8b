import { Link } from "@tanstack/react-router";
import type { ModelRecord } from "@/api/shapes";
import { useStockWords } from "@/i18n/stock";
import { useWords } from "@/i18n/words";
import { useStockQuestion } from "@/pages/stock/question";
import { FigureTable } from "@/parts/FigureTable";
import { BoardChoice } from "@/parts/choices";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import type { StockSearch } from "@/search/stock";

/** How every model has come out on this stock, on the chosen board and horizon. */
export function RecordSection({ records, search }: { records: ModelRecord[]; search: StockSearch }) {
  const words = useStockWords();
  const common = useWords().common;
  const { code, symbol, change } = useStockQuestion();
  return (
    <Section title={words.records} aside={<span className="text-soft">{common.horizonOf(search.horizon)}</span>}>
      <div className="mb-3 flex flex-wrap items-end justify-between gap-3">
        <p className="max-w-prose text-soft">
          {common.boardHelp[search.board]} {words.recordsHelp}
        </p>
        <div className="flex flex-wrap items-end gap-2">
          <BoardChoice value={search.board} onChoose={(board) => change({ board })} />
          <Link
            to="/models"
            search={{ market: code, symbol, board: search.board, horizon: search.horizon }}
            className="control inline-flex items-center"
          >
            {words.toModels}
          </Link>
        </div>
      </div>
      {records.length === 0 ? (
        <EmptyState title={words.noRecords} help={words.noRecordsHelp} />
      ) : (
        <FigureTable rows={records} label={words.records} />
      )}
    </Section>
  );
}
