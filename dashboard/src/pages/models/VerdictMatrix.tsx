import { useQuery } from "@tanstack/react-query";
import { models } from "@/api/queries";
import type { PairVerdict, Verdicts } from "@/api/shapes";
import { useVerdictWords } from "@/i18n/verdicts";
import { useFormat } from "@/i18n/words";
import { byName } from "@/order";
import type { Board } from "@/pages/models/board";
import { pairOf, seenFrom } from "@/pages/models/verdicts";
import { WordMark } from "@/pages/models/WordMark";
import { ModelName } from "@/parts/badges";
import { ScrollRegion } from "@/parts/ScrollRegion";

/** Models as rows against models and floors as columns; a cell is the word of the row and opens its pair. */
export function VerdictMatrix({ verdicts: { pairs }, board }: { verdicts: Verdicts; board: Board }) {
  const words = useVerdictWords();
  const known = useQuery(models());
  const floors = new Set(known.data?.filter((each) => each.is_floor).map((each) => each.model));
  const names = [...new Set(pairs.flatMap(({ model_a, model_b }) => [model_a, model_b]))];
  const columns = names.map((model) => ({ model, is_floor: floors.has(model) })).sort(byName);
  return (
    <ScrollRegion label={words.title}>
      <table className="table w-auto!">
        <caption className="sr-only">{words.title}</caption>
        <thead>
          <tr>
            <td className="stuck border-0!" />
            {columns.map(({ model, is_floor }) => (
              <th key={model} scope="col">
                <ModelName model={model} isFloor={is_floor} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns
            .filter((row) => !row.is_floor)
            .map((row) => (
              <tr key={row.model}>
                <th scope="row" className="stuck">
                  <div className="max-sm:w-24 max-sm:wrap-anywhere">
                    <ModelName model={row.model} isFloor={false} />
                  </div>
                </th>
                {columns.map(({ model }) => (
                  <td key={model} className="text-center">
                    <Cell row={row.model} column={model} pair={pairOf(pairs, row.model, model)} board={board} />
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

type CellProps = { row: string; column: string; pair: PairVerdict | undefined; board: Board };

function Cell({ row, column, pair, board }: CellProps) {
  const words = useVerdictWords();
  const format = useFormat();
  if (pair === undefined) {
    return (
      <span className="text-soft" title={row === column ? words.itself : words.notCompared}>
        –
      </span>
    );
  }
  const { verdict, difference } = seenFrom(row, pair);
  const isChosen = board.search.pair?.[0] === row && board.search.pair[1] === column;
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      className={`rounded px-1 py-0.5 hover:bg-sunken ${isChosen ? "bg-sunken outline-2 outline-accent" : ""}`}
      onClick={() => board.change({ pair: isChosen ? undefined : [row, column] })}
    >
      <span className="sr-only">{words.against(row, column)}: </span>
      <WordMark word={verdict} />
      <span className="block text-xs text-soft">{words.days(format.count(difference.days))}</span>
    </button>
  );
}
