import type { ModelWorth } from "@/api/shapes";
import { useFormat, useWords } from "@/i18n/words";
import { useWorthWords } from "@/i18n/worth";
import { useUsd } from "@/money";

/** What a correct call above the floor came to, or why that cannot be said. */
export function PerCall({ worth }: { worth: ModelWorth }) {
  const words = useWorthWords();
  const common = useWords().common;
  const format = useFormat();
  const usd = useUsd();
  const { value, low, high, n, days } = worth.usd_per_correct_call;
  const amounts = [format.count(n), format.count(days)] as const;
  return (
    <span className="block min-w-40">
      {value === null ? (
        <>
          <span className="block font-medium">{words.notApplicable}</span>
          <span className="block text-xs text-soft">{useReason(worth)}</span>
        </>
      ) : (
        <>
          <span className="block font-medium">{usd(value)}</span>
          <span className="block text-xs whitespace-nowrap text-soft">
            {low === null || high === null ? common.figureNoInterval : `${common.interval} ${usd(low)} … ${usd(high)}`}
          </span>
        </>
      )}
      <span className="block text-xs text-soft" title={common.figureDaysLong(...amounts)}>
        {common.figureDays(...amounts)}
      </span>
    </span>
  );
}

/** Why a model has no cost per correct call above the floor. */
function useReason({ questions, hits, floor, floor_hits }: ModelWorth): string {
  const words = useWorthWords();
  const format = useFormat();
  if (questions === 0) return words.nothingSettled;
  if (floor === null) return words.noFloor;
  return words.notAbove(floor, `${format.count(hits)} : ${format.count(floor_hits)}`);
}
