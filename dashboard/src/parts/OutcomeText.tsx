import type { Settlement } from "@/api/shapes";
import { useWords } from "@/i18n/words";
import { ChangeText } from "@/parts/ChangeText";

/** How a forecast came out: open, void, or the return and whether it was as forecast. */
export function OutcomeText({ settlement, market }: { settlement: Settlement; market: string }) {
  const words = useWords().common;
  if (settlement.status !== "settled") {
    return (
      <span className="text-soft" title={settlement.reason ?? undefined}>
        {words.statuses[settlement.status]}
      </span>
    );
  }
  return (
    <span className="whitespace-nowrap">
      <ChangeText value={settlement.outcome_return} market={market} />
      {settlement.is_hit !== null && (
        <span className="text-soft">
          {" "}
          {settlement.is_hit ? "✓" : "✗"} {settlement.is_hit ? words.hit : words.miss}
        </span>
      )}
    </span>
  );
}
