import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { stocks } from "@/api/queries";
import type { Stock } from "@/api/shapes";
import { useWords } from "@/i18n/words";
import { StockOption } from "@/layout/StockOption";

const LIMIT = 8;
const TYPING_PAUSE = 150;
const NOBODY = -1;

/** Finds a stock of any market by name or symbol. `/` and Ctrl-K go to it from anywhere. */
export function StockSearch() {
  const words = useWords().common;
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const list = useId();
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(NOBODY);
  const asked = useSettled(typed.trim());
  const { data, isFetching } = useQuery({ ...stocks({ q: asked, limit: LIMIT }), enabled: asked !== "" });
  const found = asked === "" || typed.trim() === "" ? [] : (data?.items ?? []);
  const isShown = isOpen && asked !== "" && data !== undefined;
  useShortcut(field);

  const open = (stock: Stock) => {
    setOpen(false);
    setTyped("");
    void navigate({ to: "/stocks/$code/$symbol", params: { code: stock.market, symbol: stock.symbol } });
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
    <div role="search" className="relative order-last w-full md:order-none md:w-64 lg:w-44 2xl:w-64">
      <input
        ref={field}
        type="text"
        role="combobox"
        autoComplete="off"
        maxLength={64}
        aria-label={words.search}
        aria-expanded={isShown}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isShown && found[active] ? `${list}-${active}` : undefined}
        placeholder={`${words.searchHint}  /`}
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
        aria-label={words.search}
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

function useShortcut(field: React.RefObject<HTMLInputElement | null>) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
      const isControlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      if (!isSlash && !isControlK) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [field]);
}
