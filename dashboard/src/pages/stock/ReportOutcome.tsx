import type { Report } from "@/api/shapes";
import { useReportWords } from "@/i18n/report";
import { useFormat } from "@/i18n/words";
import { ChangeText } from "@/parts/ChangeText";

/** One sentence on what came of a report's target and stop; nothing where it names neither. */
export function ReportOutcome({ report }: { report: Report }) {
  const words = useReportWords();
  const sentence = useSentence(report);
  const { status, path_return, reason, is_revised } = report.outcome;
  if (status === "none") return null;
  return (
    <p className="max-w-prose">
      <span className="text-soft">{words.outcome}:</span> {sentence}
      {path_return !== null && (
        <>
          {" "}
          {words.pathReturn}: <ChangeText value={path_return} market={report.market} />.
        </>
      )}
      {status === "settled" && reason !== null && ` ${reason}`}
      {is_revised && ` ${words.revised}`}
    </p>
  );
}

function useSentence({ outcome, target_price, stop_price }: Report): string {
  const words = useReportWords();
  const format = useFormat();
  const { status, first_touch, target_date, stop_date } = outcome;
  const closes = format.day(outcome.closes_date);
  if (status === "waiting") return words.waits(closes);
  if (status === "void") return words.cannot(outcome.reason ?? "");
  if (first_touch === null) {
    return words.untouched[stop_price === null ? "target" : target_price === null ? "stop" : "both"](closes);
  }
  const [first, later] = first_touch === "target" ? [target_date, stop_date] : [stop_date, target_date];
  const day = format.day(first);
  if (later === null) return first_touch === "target" ? words.reached(day) : words.broken(day);
  if (later === first) return words.both[first_touch](day);
  return (first_touch === "target" ? words.reachedBefore : words.brokenBefore)(day, format.day(later));
}
