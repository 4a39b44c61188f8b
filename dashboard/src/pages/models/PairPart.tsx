import type { PairVerdict, Verdicts } from "@/api/shapes";
import { useVerdictWords } from "@/i18n/verdicts";
import { useFormat } from "@/i18n/words";
import { type Board, useVerdictHistory } from "@/pages/models/board";
import { HistoryTable } from "@/pages/models/HistoryTable";
import { PairEvidence } from "@/pages/models/PairEvidence";
import { pairOf, seenFrom, turned } from "@/pages/models/verdicts";
import { WordMark } from "@/pages/models/WordMark";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { Facts } from "@/parts/Facts";
import { FigureCell } from "@/parts/FigureCell";
import { Skeleton } from "@/parts/Skeleton";

/** The pair of the address: its sentence, the difference, and how the evidence grew. */
export function PairPart({ verdicts, board }: { verdicts: Verdicts; board: Board }) {
  const words = useVerdictWords();
  const [row = "", column = ""] = board.search.pair ?? [];
  const pair = pairOf(verdicts.pairs, row, column);
  if (pair === undefined) return <EmptyState title={words.unknownPair} help={words.unknownPairHelp} />;
  return (
    <article aria-label={words.against(row, column)} className="grid grid-cols-1 gap-3 rounded border border-edge p-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h3 className="font-semibold">{words.against(row, column)}</h3>
        <button type="button" className="control" onClick={() => board.change({ pair: undefined })}>
          {words.close}
        </button>
      </div>
      <Shown pair={seenFrom(row, pair)} metric={verdicts.metric} />
      <Evidence pair={pair} row={row} board={board} metric={verdicts.metric} />
    </article>
  );
}

type Metric = Verdicts["metric"];

function Shown({ pair, metric }: { pair: PairVerdict; metric: Metric }) {
  const words = useVerdictWords();
  const format = useFormat();
  const { model_a, model_b, verdict, since_date, days_to_go, difference, is_revised } = pair;
  const facts: [string, React.ReactNode][] = [
    [words.word, <WordMark key="word" word={verdict} />],
    [words.difference, <FigureCell key="difference" figure={difference} name={`${metric}_difference`} />],
  ];
  return (
    <>
      <p>
        {words.said[verdict](model_a, model_b, format.day(since_date))}{" "}
        {verdict === "not_shown" && (days_to_go === null ? words.noPace : words.toGo(format.count(days_to_go)))}
        {is_revised && ` ${words.revisedHelp}`}
      </p>
      <Facts facts={facts} />
    </>
  );
}

type EvidenceProps = { pair: PairVerdict; row: string; board: Board; metric: Metric };

function Evidence({ pair, row, board, metric }: EvidenceProps) {
  const words = useVerdictWords();
  const found = useVerdictHistory(board, pair);
  return (
    <Answered query={found} skeleton={<Skeleton size="h-96 w-full" />}>
      {(all) => {
        if (all.length === 0) return <EmptyState title={words.noHistory} />;
        const days = pair.model_a === row ? all : turned(all);
        const column = pair.model_a === row ? pair.model_b : pair.model_a;
        return (
          <>
            <h4 className="font-medium">{words.evidence}</h4>
            <p className="max-w-prose text-soft">{words.evidenceHelp}</p>
            <PairEvidence days={days} row={row} column={column} />
            <h4 className="font-medium">{words.history}</h4>
            <HistoryTable days={days} metric={metric} />
          </>
        );
      }}
    </Answered>
  );
}
