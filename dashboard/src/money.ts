/** Amounts of money spent on language models, in US dollars. */
import { NONE } from "@/format";
import { useLanguage } from "@/i18n/words";
import type { Language } from "@/preferences";

const CENT = 0.01;

/** $1,234.50; what a question costs is far below a cent, so amounts have more decimals where that says more. */
export function useUsd(): (value: number | null | undefined) => string {
  const language = useLanguage();
  return (value) => (value === null || value === undefined ? NONE : written(value, language));
}

function written(value: number, language: Language): string {
  const dollars = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const;
  const decimals = { minimumFractionDigits: 2, maximumFractionDigits: value >= CENT ? 4 : 6 };
  return new Intl.NumberFormat(language === "ko" ? "ko-KR" : "en-US", { ...dollars, ...decimals }).format(value);
}
