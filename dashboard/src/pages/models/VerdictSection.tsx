import type { Verdicts } from "@/api/shapes";
import { useVerdictWords } from "@/i18n/verdicts";
import { useFormat, useWords } from "@/i18n/words";
import { AllOnly } from "@/pages/models/AllOnly";
import { type Board, isPart, useVerdicts } from "@/pages/models/board";
import { PairPart } from "@/pages/models/PairPart";
import { VerdictMatrix } from "@/pages/models/VerdictMatrix";
import { WordMark } from "@/pages/models/WordMark";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const USUAL_MODELS = 7;
const WORDS = ["better", "worse", "no_difference", "not_shown"] as const;

/** What has been shown of each model against each other one, by the rule that was fixed beforehand. */
export function VerdictSection({ board }: { board: Board }) {
  const words = useVerdictWords();
  const common = useWords().common;
  const found = useVerdicts(board);
  const { search } = board;
  return (
    <Section
      title={words.title}
      aside={
        <span className="text-soft">
          {common.boards[search.board]} · {common.horizonOf(search.horizon)}
        </span>
      }
    >
      {isPart(board) ? (
        <AllOnly title={words.onlyAll} help={words.onlyAllHelp} board={board} />
      ) : (
        <Answered query={found} skeleton={<SkeletonLines count={USUAL_MODELS} size="h-14 w-full" />}>
          {(verdicts) =>
            verdicts.pairs.length === 0 ? (
              <EmptyState title={words.empty} help={words.emptyHelp} />
            ) : (
              <Compared verdicts={verdicts} board={board} />
            )
          }
        </Answered>
      )}
    </Section>
  );
}

function Compared({ verdicts, board }: { verdicts: Verdicts; board: Board }) {
  const words = useVerdictWords();
  const { pair } = board.search;
  return (
    <div data-judged className="grid grid-cols-1 gap-4">
      <p className="text-soft">
        {words.lead} {verdicts.as_of_date !== null && words.asOf(verdicts.as_of_date)}
      </p>
      <VerdictMatrix verdicts={verdicts} board={board} />
      {pair === undefined ? <p className="text-soft">{words.choose}</p> : <PairPart key={pair.join(" ")} verdicts={verdicts} board={board} />}
      <Meaning verdicts={verdicts} />
    </div>
  );
}

/** Each word with its sentence, the rule, and that one may look every day. */
function Meaning({ verdicts: { metric, edge, alpha, pairs } }: { verdicts: Verdicts }) {
  const words = useVerdictWords();
  const format = useFormat();
  const { points } = useWords().common;
  const gap = metric === "hit" ? points(format.rough(100 * edge)) : format.rough(edge);
  const each = alpha ?? 0;
  const amounts = [format.level(each * pairs.length), format.count(pairs.length), format.level(each)] as const;
  return (
    <div className="grid gap-2 border-t border-line pt-3">
      <h3 className="font-medium">{words.meaning}</h3>
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-2 xl:grid-cols-4">
        {WORDS.map((word) => (
          <div key={word}>
            <dt>
              <WordMark word={word} />
            </dt>
            <dd className="text-soft">{words.help[word]}</dd>
          </div>
        ))}
      </dl>
      <p className="max-w-prose text-soft">{words.anyDay}</p>
      <p className="max-w-prose text-soft">{words.rule(words.metrics[metric], gap, ...amounts)}</p>
    </div>
  );
}
