import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type Ref, useEffect, useId, useState } from "react";
import { stocks } from "@/api/queries";
import type { Stock } from "@/api/shapes";
import { useWords } from "@/i18n/words";
import { StockOption } from "@/parts/StockOption";

const LIMIT = 8;
const TYPING_PAUSE = 150;
const NOBODY = -1;

type Props = {
  label: string;
  placeholder: string;
  /** Only stocks of this market; undefined is all. */
  market?: string;
  onChoose: (stock: Stock) => void;
  field?: Ref<HTMLInputElement>;
};

/** Finds a stock by name or symbol. */
export function StockField({ label, placeholder, market, onChoose, field }: Props) {
  const words = useWords().common;
  const list = useId();
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(NOBODY);
  const asked = useSettled(typed.trim());
  const { data, isFetching } = useQuery({ ...stocks({ q: asked, market, limit: LIMIT }), enabled: asked !== "" });
  const found = asked === "" || typed.trim() === "" ? [] : (data?.items ?? []);
  const isShown = isOpen && asked !== "" && data !== undefined;

  const open = (stock: Stock) => {
    setOpen(false);
    setTyped("");
    onChoose(stock);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter without a choice takes the first that was found.
    const chosen = found[active] ?? found[0];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      setActive(moved(active, event.key === "ArrowDown" ? 1 : -1, found.length));
    } else if (event.key === "Enter" && isShown && chosen) {
      event.preventDefault();
      open(chosen);
    } else if (event.key === "Escape") {
      setOpen(false);
    }
  };

  return (
    <div className="relative">
      <input
        ref={field}
        type="text"
        role="combobox"
        autoComplete="off"
        maxLength={64}
        aria-label={label}
        aria-expanded={isShown}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isShown && found[active] ? `${list}-${active}` : undefined}
        placeholder={placeholder}
        className="control w-full placeholder:text-soft"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setActive(NOBODY);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      />
      <span role="status" className="sr-only">
        {isShown && !isFetching && words.searchCount(found.length)}
      </span>
      <ul
        id={list}
        role="listbox"
        aria-label={label}
        hidden={!isShown}
        className="panel absolute inset-x-0 top-full z-10 mt-1 max-h-96 overflow-y-auto py-1 shadow-lg"
      >
        {found.map((stock, index) => (
          <StockOption
            key={`${stock.market}/${stock.symbol}`}
            id={`${list}-${index}`}
            stock={stock}
            isActive={index === active}
            onPoint={() => setActive(index)}
            onChoose={() => open(stock)}
          />
        ))}
        {found.length === 0 && (
          <li role="option" aria-selected={false} aria-disabled className="px-3 py-2 text-soft">
            {words.searchNone}
          </li>
        )}
      </ul>
    </div>
  );
}

/** The place one step on, around the ends; from nowhere to the first or the last. */
function moved(place: number, step: 1 | -1, count: number): number {
  if (count === 0) return NOBODY;
  return place === NOBODY ? (step === 1 ? 0 : count - 1) : (place + step + count) % count;
}

/** The text once typing has paused, so that not every letter is a request. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
