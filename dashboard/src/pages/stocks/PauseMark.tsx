import { useStocksWords } from "@/i18n/stocks";

/** Followed or paused, by a sign and a word. */
export function PauseMark({ isPaused }: { isPaused: boolean }) {
  const words = useStocksWords();
  return (
    <span className={`whitespace-nowrap ${isPaused ? "font-medium text-warn" : "text-soft"}`}>
      <span aria-hidden>{isPaused ? "❚❚" : "✓"}</span> {isPaused ? words.paused : words.followed}
    </span>
  );
}
