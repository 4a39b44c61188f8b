/** What is said of a test, in words: never more than its bets allow. */
import type { AbEvidence, AbTest } from "@/api/shapes";
import { useAbTestsWords } from "@/i18n/abtests";
import { useFormat } from "@/i18n/words";

/** The word of a day and its sentence. */
export function VerdictText({ test, said }: { test: AbTest; said: AbEvidence | null }) {
  const words = useAbTestsWords();
  return (
    <>
      <span className="font-medium">{words.verdicts[said?.verdict ?? "not_shown"]}</span>
      <span className="block text-soft">{useSentence(test, said)}</span>
    </>
  );
}

function useSentence(test: AbTest, said: AbEvidence | null): string {
  const words = useAbTestsWords();
  const format = useFormat();
  if (said === null) return words.noDay(test.starts_on);
  const [a, b, since] = [test.model_a, test.model_b, format.day(said.since_date)];
  switch (said.verdict) {
    case "better":
      return words.shown(a, b, since);
    case "worse":
      return words.shown(b, a, since);
    case "no_difference":
      return words.sameSince(a, b, format.share(test.edge), since);
    default:
      return said.days_to_go === null ? words.notShown(format.count(said.days)) : words.toGo(format.count(said.days_to_go));
  }
}

/** Whether a test waits, runs or was stopped, by a sign and a word. */
export function StateText({ test }: { test: AbTest }) {
  const words = useAbTestsWords();
  const format = useFormat();
  if (test.stopped_at !== null) {
    return (
      <span className="block min-w-40 text-soft">
        <span aria-hidden>■</span> {words.stoppedOn(format.time(test.stopped_at))}
        <span className="block text-xs break-words">{test.stop_reason}</span>
      </span>
    );
  }
  return (
    <span className="whitespace-nowrap">
      <span aria-hidden>▶</span> {words.from(test.starts_on)}
    </span>
  );
}
