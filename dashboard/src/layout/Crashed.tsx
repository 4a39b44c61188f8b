import type { ErrorComponentProps } from "@tanstack/react-router";
import { en } from "@/i18n/en";
import { ko } from "@/i18n/ko";

/** A fault of the dashboard itself, said outside the frame, which may be what broke. */
export function Crashed({ error }: ErrorComponentProps) {
  const words = (document.documentElement.lang === "ko" ? ko : en).problem;
  return (
    <div role="alert" className="mx-auto grid max-w-prose justify-items-start gap-2 p-8">
      <h1 className="text-xl font-semibold">{words.crashed}</h1>
      <p>{words.crashedHelp}</p>
      <code className="text-soft">{error instanceof Error ? error.message : String(error)}</code>
      <a href="/" className="control inline-flex items-center">
        {words.toOverview}
      </a>
    </div>
  );
}
