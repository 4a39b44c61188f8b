import type { Attempt } from "@/api/shapes";
import { useLanguageWords } from "@/i18n/language";
import { useFormat, useWords } from "@/i18n/words";
import { useUsd } from "@/money";
import { RunLink } from "@/parts/dagster";
import { DataTable } from "@/parts/DataTable";

/** Every request for an answer, with what it took and what went wrong. */
export function AttemptTable({ attempts }: { attempts: Attempt[] }) {
  const words = useLanguageWords();
  const classes = useWords().common.outcomeClasses;
  const format = useFormat();
  if (attempts.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="font-medium">{words.attempts}</h3>
      <p className="mb-2 text-soft">{words.attemptsHelp}</p>
      <DataTable
        label={words.attempts}
        columns={[words.started, words.outcome, words.cost, words.tokens, words.latency, "Dagster"]}
        rows={attempts.map((attempt) => ({
          key: attempt.attempt_id,
          cells: [
            <time key="started" dateTime={attempt.started_at} className="whitespace-nowrap">
              {format.fullTime(attempt.started_at)}
            </time>,
            <>
              {attempt.outcome_class === null ? words.inFlight : classes[attempt.outcome_class]}
              {attempt.detail !== null && <span className="block max-w-md text-xs break-words text-soft">{attempt.detail}</span>}
            </>,
            <Cost key="cost" attempt={attempt} />,
            attempt.prompt_tokens === null
              ? format.count(null)
              : words.tokensOf(
                  format.count(attempt.prompt_tokens),
                  format.count(attempt.cached_tokens),
                  format.count(attempt.completion_tokens),
                ),
            attempt.latency_ms === null ? format.count(null) : words.milliseconds(format.count(attempt.latency_ms)),
            <RunLink key="run" runId={attempt.run_id} />,
          ],
        }))}
      />
    </div>
  );
}

function Cost({ attempt }: { attempt: Attempt }) {
  const words = useLanguageWords();
  const usd = useUsd();
  return (
    <span className="whitespace-nowrap">
      {usd(attempt.usd)}{" "}
      {attempt.is_estimated && (
        <span className="badge text-warn" title={words.estimatedHelp}>
          {words.estimated}
        </span>
      )}
    </span>
  );
}
