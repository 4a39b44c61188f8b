import type { UncertainLink, Verdict } from "@/api/shapes";
import { Fault } from "@/forms/Fault";
import { useReviewsWords } from "@/i18n/reviews";
import { useFormat } from "@/i18n/words";
import { useMarket } from "@/market";
import { MarkedText, spanIn } from "@/pages/reviews/MarkedText";
import { type Judged, other } from "@/pages/reviews/verdicts";

type Props = {
  link: UncertainLink;
  judged: Judged;
  isCurrent: boolean;
  onFocus: () => void;
  onGive: (verdict: Verdict) => void;
};

/** One link in doubt: the words it rests on, the stock it names, and both verdicts. */
export function LinkCard({ link, judged, isCurrent, onFocus, onGive }: Props) {
  const words = useReviewsWords();
  const format = useFormat();
  const timezone = useMarket(link.stock.market)?.timezone;
  return (
    <li
      tabIndex={isCurrent ? 0 : -1}
      aria-current={isCurrent ? "true" : undefined}
      onFocus={onFocus}
      className={`panel grid grid-cols-1 gap-2 p-3 ${isCurrent ? "border-accent" : ""}`}
    >
      <Evidence link={link} />
      <p className="flex flex-wrap gap-x-3 text-xs text-soft">
        <span>{link.source}</span>
        <time dateTime={link.available_at}>{format.time(link.available_at, timezone)}</time>
        <span>
          {words.kinds[link.kind as keyof typeof words.kinds] ?? link.kind}
          {" · "}
          {words.score} {format.score(link.score)}
        </span>
      </p>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 break-words">
          {words.about} <strong className="font-semibold">{link.stock.name}</strong>{" "}
          <span className="text-soft">
            {link.stock.market} {link.stock.symbol}
          </span>
        </p>
        <Answer judged={judged} onGive={onGive} />
      </div>
      {judged.error !== null && <Fault error={judged.error} />}
    </li>
  );
}

/** What was read, its title first; the words that link stand out. */
function Evidence({ link: { title, text, span, span_start } }: { link: UncertainLink }) {
  const mark = spanIn(text, span, span_start);
  const end = text.startsWith(title) ? title.length : text.length;
  return (
    <div className="min-w-0 break-words">
      <p className="font-medium">
        <MarkedText text={text} from={0} to={end} mark={mark} />
      </p>
      {end < text.length && (
        <p className="text-soft">
          <MarkedText text={text} from={end} to={text.length} mark={mark} />
        </p>
      )}
    </div>
  );
}

/** The two verdicts, or the one that was given and the way to the other. */
function Answer({ judged: { kept, asked }, onGive }: { judged: Judged; onGive: (verdict: Verdict) => void }) {
  const words = useReviewsWords();
  const shown = asked ?? kept;
  if (shown === null) {
    return (
      <span className="flex gap-2">
        <button type="button" className="control" onClick={() => onGive("confirmed")}>
          ✓ {words.confirm} <kbd aria-hidden>y</kbd>
        </button>
        <button type="button" className="control" onClick={() => onGive("rejected")}>
          ✗ {words.reject} <kbd aria-hidden>n</kbd>
        </button>
      </span>
    );
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className="font-medium">
        <span aria-hidden>{shown === "confirmed" ? "✓" : "✗"}</span> {words.verdicts[shown]}
        {asked !== null && <span className="font-normal text-soft"> · {words.saving}</span>}
      </span>
      {asked === null && (
        <button type="button" className="control" onClick={() => onGive(other(shown))}>
          {words.instead[other(shown)]} <kbd aria-hidden>u</kbd>
        </button>
      )}
    </span>
  );
}
