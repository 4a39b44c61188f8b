/** The leaderboard's columns beside the figures: against the floors, outcome classes, money. */
import type { Leader, ModelWorth, Worths } from "@/api/shapes";
import { NONE } from "@/format";
import { useModelsWords } from "@/i18n/models";
import { useVerdictWords } from "@/i18n/verdicts";
import { useFormat, useWords } from "@/i18n/words";
import { useWorthWords } from "@/i18n/worth";
import { useUsd } from "@/money";
import { BadgeCell } from "@/pages/models/BadgeCell";
import { type Board, isPart } from "@/pages/models/board";
import { OutcomeCell } from "@/pages/models/OutcomeCell";
import { FigureCell } from "@/parts/FigureCell";
import type { OtherColumn } from "@/parts/FigureTable";
import { PerCall } from "@/parts/PerCall";

type Columns = { before: OtherColumn<Leader>[]; after: OtherColumn<Leader>[] };

/** Money stands only where one of the models asks a provider. */
export function useColumns(board: Board, models: Leader[], worths: Worths | undefined): Columns {
  const words = useModelsWords();
  const verdicts = useVerdictWords();
  const money = useWorthWords();
  const worthOf = (leader: Leader) => worths?.models.find((each) => each.model === leader.model);
  const ofWorth = (title: string, help: string, cell: (worth: ModelWorth) => React.ReactNode): OtherColumn<Leader> => ({
    title,
    help,
    cell: (leader) => {
      const worth = worthOf(leader);
      return worth === undefined ? <Free /> : cell(worth);
    },
  });
  const before = [
    { title: verdicts.badge, help: verdicts.badgeHelp, cell: (leader: Leader) => <BadgeCell leader={leader} isPart={isPart(board)} /> },
  ];
  const outcomes = { title: words.outcomes, help: words.outcomesHelp, cell: (leader: Leader) => <OutcomeCell leader={leader} /> };
  if (!models.some(worthOf)) return { before, after: [outcomes] };
  return {
    before,
    after: [
      outcomes,
      ofWorth(words.perQuestion, words.perQuestionHelp, (worth) => <PerQuestion worth={worth} />),
      ofWorth(money.perCall, money.perCallHelp, (worth) => <PerCall worth={worth} />),
      ofWorth(money.flips, money.flipsHelp, (worth) => <FigureCell figure={worth.flip_rate} name="flip_rate" />),
    ],
  };
}

function Free() {
  const { free } = useModelsWords();
  return (
    <span className="text-soft" title={free}>
      <span aria-hidden>{NONE}</span>
      <span className="sr-only">{free}</span>
    </span>
  );
}

/** What a question cost: a sum of bills over its count, without an interval. */
function PerQuestion({ worth: { usd: paid, questions, usd_per_correct_call } }: { worth: ModelWorth }) {
  const { common } = useWords();
  const format = useFormat();
  const usd = useUsd();
  return (
    <span className="block whitespace-nowrap">
      <span className="block font-medium">{usd(questions === 0 ? null : paid / questions)}</span>
      <span className="block text-xs text-soft">
        {common.figureDays(format.count(questions), format.count(usd_per_correct_call.days))}
      </span>
    </span>
  );
}
