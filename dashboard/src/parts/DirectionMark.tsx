import type { Direction } from "@/api/shapes";
import { useWords } from "@/i18n/words";
import { coloursOf } from "@/market";

/** Up or down in the market's colours, always with an arrow and a word. */
export function DirectionMark({ direction, market }: { direction: Direction | null; market: string }) {
  const words = useWords().common;
  if (direction === null) return <span className="text-soft">{words.noDirection}</span>;
  return (
    <span
      data-colours={coloursOf(market)}
      className={`whitespace-nowrap font-medium ${direction === "up" ? "text-up" : "text-down"}`}
    >
      <span aria-hidden>{direction === "up" ? "▲" : "▼"}</span> {words.directions[direction]}
    </span>
  );
}
