import type { ErrorComponentProps } from "@tanstack/react-router";

/** In both languages: the words of either may be what could not be loaded. */
const WORDS = {
  en: {
    crashed: "This page broke",
    help: "Reload it. If it happens again, tell the administrator what is written below.",
    toOverview: "Go to the overview",
  },
  ko: {
    crashed: "페이지에 문제가 생겼습니다",
    help: "새로 고쳐 주세요. 또 생기면 아래 내용을 관리자에게 알려 주세요.",
    toOverview: "개요로 가기",
  },
};

/** A fault of the dashboard itself, said outside the frame, which may be what broke. */
export function Crashed({ error }: ErrorComponentProps) {
  const words = WORDS[document.documentElement.lang === "ko" ? "ko" : "en"];
  return (
    <div role="alert" className="mx-auto grid max-w-prose justify-items-start gap-2 p-8">
      <h1 className="text-xl font-semibold">{words.crashed}</h1>
      <p>{words.help}</p>
      <code className="text-soft">{error instanceof Error ? error.message : String(error)}</code>
      <a href="/" className="control inline-flex items-center">
        {words.toOverview}
      </a>
    </div>
  );
}
