import type { Evidence, PredictionDetail } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useFormat, useWords } from "@/i18n/words";
import { PassageList } from "@/pages/prediction/PassageList";
import { StoryItem } from "@/pages/prediction/StoryItem";
import { DataTable } from "@/parts/DataTable";
import { DirectionMark } from "@/parts/DirectionMark";
import { Section } from "@/parts/Section";

const SHOWN = 5;

/** What the model may have been told: stories, similar past stories with what followed, and rule calls. */
export function EvidenceSection({ forecast: { evidence, market, language } }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  return (
    <Section title={words.evidence}>
      {evidence === null ? (
        <p className="text-soft">{words.noEvidence}</p>
      ) : (
        <div className="grid gap-6">
          <div className="grid items-start gap-6 lg:grid-cols-2">
            <Stories evidence={evidence} market={market} />
            <Neighbours evidence={evidence} market={market} />
          </div>
          {language !== null && <PassageList passages={evidence.passages} market={market} />}
          <Calls evidence={evidence} market={market} />
        </div>
      )}
    </Section>
  );
}

type Props = { evidence: Evidence; market: string };

function Stories({ evidence, market }: Props) {
  const words = usePredictionWords();
  return (
    <div className="min-w-0">
      <h3 className="mb-2 font-medium">{words.stories}</h3>
      {evidence.stories.length === 0 ? (
        <p className="text-soft">{words.noStories}</p>
      ) : (
        <ul className="grid gap-3">
          {evidence.stories.map(({ article, positive, negative }, place) => (
            <StoryItem key={article?.news_id ?? `gone ${place}`} article={article} market={market}>
              {words.words(positive, negative)}
            </StoryItem>
          ))}
        </ul>
      )}
    </div>
  );
}

function Neighbours({ evidence, market }: Props) {
  const words = usePredictionWords();
  return (
    <div className="min-w-0">
      <h3 className="mb-2 font-medium">{words.neighbours}</h3>
      {evidence.neighbours.length === 0 ? (
        <p className="text-soft">{words.noNeighbours}</p>
      ) : (
        <>
          <NeighbourList neighbours={evidence.neighbours.slice(0, SHOWN)} market={market} />
          {evidence.neighbours.length > SHOWN && (
            <details className="mt-3">
              <summary className="w-fit text-soft underline">{words.moreNeighbours(evidence.neighbours.length - SHOWN)}</summary>
              <div className="mt-3">
                <NeighbourList neighbours={evidence.neighbours.slice(SHOWN)} market={market} />
              </div>
            </details>
          )}
        </>
      )}
    </div>
  );
}

function NeighbourList({ neighbours, market }: { neighbours: Evidence["neighbours"]; market: string }) {
  const words = usePredictionWords();
  const format = useFormat();
  return (
    <ul className="grid gap-3">
      {neighbours.map(({ article, similarity, up_share }, place) => (
        <StoryItem key={article?.news_id ?? `gone ${place}`} article={article} market={market}>
          {words.similarity} {format.score(similarity)} · {words.upAfter} {format.share(up_share)}
        </StoryItem>
      ))}
    </ul>
  );
}

function Calls({ evidence, market }: Props) {
  const words = usePredictionWords();
  const common = useWords().common;
  const format = useFormat();
  if (evidence.calls.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="mb-2 font-medium">{words.calls}</h3>
      <DataTable
        label={words.calls}
        columns={[words.rule, words.call, words.upShare, words.record]}
        rows={evidence.calls.map(({ rule, call, up_share, n, days }) => ({
          key: rule,
          cells: [
            rule,
            <DirectionMark key="call" direction={call} market={market} />,
            format.share(up_share),
            common.figureDays(format.count(n), format.count(days)),
          ],
        }))}
      />
    </div>
  );
}
