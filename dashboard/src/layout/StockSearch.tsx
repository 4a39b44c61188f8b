import { useNavigate } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";
import { useWords } from "@/i18n/words";
import { StockField } from "@/parts/StockField";

/** Goes to the page of a stock of any market. `/` and Ctrl-K come here from anywhere. */
export function StockSearch() {
  const words = useWords().common;
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  useShortcut(field);
  return (
    <div role="search" className="order-last w-full md:order-none md:w-64 lg:w-44 2xl:w-64">
      <StockField
        label={words.search}
        placeholder={`${words.searchHint}  /`}
        field={field}
        onChoose={({ market, symbol }) => void navigate({ to: "/stocks/$code/$symbol", params: { code: market, symbol } })}
      />
    </div>
  );
}

function useShortcut(field: RefObject<HTMLInputElement | null>) {
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
