import type { PredictionDetail, Replay } from "@/api/shapes";
import { NONE } from "@/format";
import { useLanguageWords } from "@/i18n/language";
import { useFormat, useWords } from "@/i18n/words";
import { OriginBadge } from "@/parts/badges";
import { ChangeText } from "@/parts/ChangeText";
import { DataTable } from "@/parts/DataTable";
import { DirectionMark } from "@/parts/DirectionMark";
import { Section } from "@/parts/Section";

type Said = Pick<Replay, "outcome_class" | "direction" | "probability" | "expected_move" | "reasoning">;
type Props = { replays: Replay[]; forecast: PredictionDetail };

/** What models would have said of the same question, below what was said when it counted. */
export function ReplaySection({ replays, forecast }: Props) {
  const words = useLanguageWords();
  const common = useWords().common;
  return (
    <Section title={words.replays}>
      <p className="mb-3 max-w-prose text-soft">{words.replaysHelp}</p>
      <DataTable
        label={words.replays}
        columns={[common.model, common.origin, common.direction, common.probability, words.expectedMove, words.said]}
        rows={[
          {
            key: "forecast",
            cells: [
              <>
                {forecast.model} <span className="block text-xs font-normal text-soft">{words.asForecast}</span>
              </>,
              <OriginBadge key="origin" origin={forecast.origin} />,
              ...saidCells(forecast, forecast.market),
            ],
          },
          ...replays.map((replay) => ({
            key: `${replay.model} ${replay.prompt_version}`,
            cells: [
              <>
                {replay.model} <span className="block text-xs font-normal text-soft">{replay.prompt_version}</span>
              </>,
              <ReplayMark key="origin" replay={replay} />,
              ...saidCells(replay, forecast.market),
            ],
          })),
        ]}
      />
    </Section>
  );
}

function saidCells(said: Said, market: string) {
  return [
    <Direction key="direction" said={said} market={market} />,
    <Probability key="probability" said={said} />,
    said.expected_move === null ? NONE : <ChangeText key="move" value={said.expected_move} market={market} />,
    <span key="reason" className="block max-w-md min-w-48 break-words">
      {said.reasoning}
    </span>,
  ];
}

function ReplayMark({ replay }: { replay: Replay }) {
  const words = useLanguageWords();
  const format = useFormat();
  return (
    <>
      <OriginBadge origin={replay.origin} />{" "}
      {replay.is_contaminated && (
        <span className="badge text-warn" title={words.contaminatedHelp}>
          {words.contaminated}
        </span>
      )}
      <span className="block text-xs whitespace-nowrap text-soft">
        {words.replayedAt} {format.time(replay.replayed_at)}
      </span>
    </>
  );
}

function Direction({ said, market }: { said: Said; market: string }) {
  const classes = useWords().common.outcomeClasses;
  return said.outcome_class === "ok" ? <DirectionMark direction={said.direction} market={market} /> : classes[said.outcome_class];
}

function Probability({ said }: { said: Said }) {
  return useFormat().share(said.probability);
}
