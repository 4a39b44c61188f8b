import { useFormat } from "@/i18n/words";
import { coloursOf } from "@/market";

/** A return with its sign, in the market's colours. */
export function ChangeText({ value, market }: { value: number | null; market: string }) {
  const colour = value === null || value === 0 ? "text-soft" : value > 0 ? "text-up" : "text-down";
  return (
    <span data-colours={coloursOf(market)} className={`whitespace-nowrap ${colour}`}>
      {useFormat().change(value)}
    </span>
  );
}
