import type { SourceHealth } from "@/api/shapes";
import { useSourcesWords } from "@/i18n/sources";
import { useFormat } from "@/i18n/words";

type State = SourceHealth["state"];

const LOOKS: Record<State, readonly [sign: string, colour: string]> = {
  on: ["✓", "text-soft"],
  waiting: ["…", "text-soft"],
  ended: ["■", "text-soft"],
  off: ["○", "font-medium text-warn"],
  failing: ["⚠", "font-medium text-bad"],
};

/** How a source stands, by a sign and a word, and why; of one that waits or fails, when it is asked again. */
export function SourceState({ source }: { source: SourceHealth }) {
  const words = useSourcesWords();
  const format = useFormat();
  const [sign, colour] = LOOKS[source.state];
  return (
    <>
      <span className={`whitespace-nowrap ${colour}`}>
        <span aria-hidden>{sign}</span> {words.states[source.state]}
      </span>
      {source.reason !== null && <span className="block min-w-48 text-xs text-soft">{source.reason}</span>}
      {isHeldBack(source) && (
        <span className="block text-xs whitespace-nowrap text-soft">{words.next(format.time(source.next_at))}</span>
      )}
    </>
  );
}

function isHeldBack({ state, next_at }: SourceHealth): boolean {
  return next_at !== null && (state === "waiting" || state === "failing");
}
