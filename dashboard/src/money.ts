/** Amounts of money spent on language models, in US dollars. */
import { NONE } from "@/format";
import { useLanguage } from "@/i18n/words";
import type { Language } from "@/preferences";

const CENT = 0.01;

/** $1,234.50; what a question costs is far below a cent, so small amounts have more decimals. */
export function useUsd(): (value: number | null | undefined) => string {
  const language = useLanguage();
  return (value) => (value === null || value === undefined ? NONE : written(value, language));
}

function written(value: number, language: Language): string {
  const decimals = value === 0 || value >= 1 ? 2 : value >= CENT ? 4 : 6;
  const locale = language === "ko" ? "ko-KR" : "en-US";
  const options = { style: "currency", currency: "USD", minimumFractionDigits: decimals, maximumFractionDigits: decimals } as const;
  return new Intl.NumberFormat(locale, options).format(value);
}
