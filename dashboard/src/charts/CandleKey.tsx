import { useChartsWords } from "@/i18n/charts";

/** What the marks on the bars mean. */
export function CandleKey() {
  const words = useChartsWords();
  const marks = [
    ["●", "text-news", words.newsKey],
    ["▲", "text-soft", words.upKey],
    ["▼", "text-soft", words.downKey],
    ["✓", "text-accent", words.hitKey],
    ["✗", "text-warn", words.missKey],
  ] as const;
  return (
    <p className="mt-2 flex flex-wrap gap-x-4 text-xs text-soft">
      <span className="sr-only">{words.key}: </span>
      {marks.map(([sign, colour, meaning]) => (
        <span key={sign}>
          <span aria-hidden className={colour}>
            {sign}
          </span>{" "}
          {meaning}
        </span>
      ))}
      <span>{words.openKey}</span>
    </p>
  );
}
