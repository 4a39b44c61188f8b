/** The chosen language for every component: `useWords()` for text, `useFormat()` for numbers and times. */
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Format, formatFor } from "@/format";
import { en, type Words } from "@/i18n/en";
import { ko } from "@/i18n/ko";
import type { Language } from "@/preferences";

const DICTIONARIES: Record<Language, Words> = { en, ko };

const Speech = createContext<{ language: Language; words: Words; format: Format } | null>(null);

export function SpeechProvider({ language, children }: { language: Language; children: ReactNode }) {
  const speech = useMemo(
    () => ({ language, words: DICTIONARIES[language], format: formatFor(language, DICTIONARIES[language]) }),
    [language],
  );
  return <Speech value={speech}>{children}</Speech>;
}

export const useLanguage = (): Language => useSpeech().language;
export const useWords = (): Words => useSpeech().words;
export const useFormat = (): Format => useSpeech().format;

/** The hook for a page's own words, which are loaded with the page and not with the frame. */
export function wordsOf<Own>(dictionaries: Record<Language, Own>): () => Own {
  return () => dictionaries[useSpeech().language];
}

function useSpeech() {
  const speech = useContext(Speech);
  if (speech === null) throw new Error("No language: the component is outside SpeechProvider.");
  return speech;
}
