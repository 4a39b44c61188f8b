/** The chosen language for every component: `useWords()` for text, `useFormat()` for numbers and times. */
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { type Format, formatFor } from "@/format";
import type { Words } from "@/i18n/en";
import type { Language } from "@/preferences";

const LOADERS: Record<Language, () => Promise<Words>> = {
  en: () => import("@/i18n/en").then(({ en }) => en),
  ko: () => import("@/i18n/ko").then(({ ko }) => ko),
};
const learned = new Map<Language, Words>();

/** The language of the address, else the one that the page was first painted for. */
export function languageOf(asked: Language | undefined): Language {
  return asked ?? (document.documentElement.lang as Language);
}

/** Load a language's words before it is spoken; one that cannot be loaded leaves the other in its place. */
export function learn(language: Language): Promise<void> | undefined {
  if (learned.has(language)) return undefined;
  return LOADERS[language]().then(
    (words) => void learned.set(language, words),
    (fault: unknown) => {
      if (learned.size === 0) throw fault;
    },
  );
}

/** The language if its words are there, else the one whose words are. */
export function spoken(language: Language): Language {
  return learned.has(language) ? language : ([...learned.keys()][0] ?? language);
}

const Speech = createContext<{ language: Language; words: Words; format: Format } | null>(null);

/** Everything below speaks the language, whose words have been loaded. */
export function SpeechProvider({ language, children }: { language: Language; children: ReactNode }) {
  const speech = useMemo(() => {
    const words = learned.get(language);
    if (words === undefined) throw new Error(`No words: ${language} was not loaded before it was spoken.`);
    return { language, words, format: formatFor(language, words) };
  }, [language]);
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
