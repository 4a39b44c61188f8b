import { Outlet, useLocation, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { languageOf, SpeechProvider, spoken, useWords } from "@/i18n/words";
import { Header } from "@/layout/Header";
import type { Theme } from "@/preferences";

/** What stands around every page: language, theme, skip link, header, and the focus of a person who moved on. */
export function Frame() {
  const { lang, theme } = useSearch({ from: "__root__" });
  const language = spoken(languageOf(lang));
  const shade = theme ?? (document.documentElement.dataset["theme"] as Theme);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset["theme"] = shade;
  }, [language, shade]);
  return (
    <SpeechProvider language={language}>
      <Page theme={shade} />
    </SpeechProvider>
  );
}

function Page({ theme }: { theme: Theme }) {
  const words = useWords();
  const main = useMainFocus();
  return (
    <>
      <a href="#main" className="control sr-only left-2 top-2 z-10 focus:not-sr-only focus:absolute">
        {words.common.skip}
      </a>
      <Header theme={theme} />
      <main id="main" ref={main} tabIndex={-1} className="mx-auto min-h-screen max-w-[90rem] px-4 py-5">
        <Outlet />
      </main>
    </>
  );
}

/** Moves the focus to the page after each change of path, as a page load would. */
function useMainFocus() {
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current !== path) main.current?.focus({ preventScroll: true });
    shown.current = path;
  }, [path]);
  return main;
}
