import type { Stock } from "@/api/shapes";
import { useLanguage } from "@/i18n/words";
import { SyntheticLabel } from "@/parts/badges";

type Props = { id: string; stock: Stock; isActive: boolean; onPoint: () => void; onChoose: () => void };

/** One stock in the search's list. */
export function StockOption({ id, stock, isActive, onPoint, onChoose }: Props) {
  const name = useLanguage() === "en" ? (stock.name_en ?? stock.name) : stock.name;
  return (
    // Keys are handled by the field, which keeps the focus; pressing must not take it away.
    <li
      id={id}
      role="option"
      aria-selected={isActive}
      className={`flex cursor-pointer flex-wrap items-center gap-x-2 px-3 py-1.5 ${isActive ? "bg-accent-wash" : ""}`}
      onPointerMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span className="font-medium">{stock.symbol}</span>
      <span>{name}</span>
      <span className="text-xs text-soft">{stock.market}</span>
      <SyntheticLabel isSynthetic={stock.is_synthetic} />
    </li>
  );
}
