import type { Passage } from "@/api/shapes";
import { useLanguageWords } from "@/i18n/language";
import { useFormat } from "@/i18n/words";
import { useMarket } from "@/market";
import { ChangeText } from "@/parts/ChangeText";
import { OutsideLink } from "@/parts/OutsideLink";

type Props = { passages: Passage[]; market: string };

/** The texts that language models were given, those that the forecast cites marked; nothing where none was asked. */
export function PassageList({ passages, market }: Props) {
  const words = useLanguageWords();
  if (passages.length === 0) return null;
  return (
    <div className="grid min-w-0 gap-3">
      <h3 className="font-medium">{words.passages}</h3>
      <p className="max-w-prose text-soft">{words.passagesHelp}</p>
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Group title={words.fresh} none={words.noFresh} passages={passages.filter((each) => !each.is_past)} market={market} />
        <Group title={words.past} none={words.noPast} passages={passages.filter((each) => each.is_past)} market={market} />
      </div>
    </div>
  );
}

function Group({ title, none, passages, market }: Props & { title: string; none: string }) {
  return (
    <div className="min-w-0">
      <h4 className="mb-2 text-soft">{title}</h4>
      {passages.length === 0 ? (
        <p className="text-soft">{none}</p>
      ) : (
        <ul className="grid gap-3">
          {passages.map((passage, place) => (
            <PassageItem key={`${passage.news_id} ${place}`} passage={passage} market={market} />
          ))}
        </ul>
      )}
    </div>
  );
}

function PassageItem({ passage, market }: { passage: Passage; market: string }) {
  const words = useLanguageWords();
  const format = useFormat();
  const timezone = useMarket(market)?.timezone;
  return (
    <li className={`min-w-0 border-l-2 pl-3 break-words ${passage.is_cited ? "border-accent" : "border-line"}`}>
      <p lang={passage.article?.language}>
        {passage.is_cited && (
          <span className="badge mr-1.5 text-accent" title={words.citedHelp}>
            ✓ {words.cited}
          </span>
        )}
        <OutsideLink href={passage.article?.link ?? null}>{passage.title}</OutsideLink>
      </p>
      <p className="text-soft" lang={passage.article?.language}>
        {passage.excerpt}
      </p>
      <p className="flex flex-wrap items-center gap-x-2 text-xs text-soft">
        <span>{passage.source}</span>
        <time dateTime={passage.available_at}>{format.fullTime(passage.available_at, timezone)}</time>
        {passage.similarity !== null && (
          <span>
            {words.similarity} {format.score(passage.similarity)}
          </span>
        )}
      </p>
      {passage.returns !== null && (
        <p className="text-xs">
          {words.followed}{" "}
          {Object.entries(passage.returns).map(([horizon, value]) => (
            <span key={horizon} className="mr-3 whitespace-nowrap">
              {words.sessions(horizon)}{" "}
              {value === null ? <span className="text-soft">{words.notKnown}</span> : <ChangeText value={value} market={market} />}
            </span>
          ))}
        </p>
      )}
    </li>
  );
}
