import type { ReactNode } from "react";
import { useWords } from "@/i18n/words";

/** A link that came from outside: http and https only, everything else is shown as plain text. */
export function OutsideLink({ href, children }: { href: string | null; children: ReactNode }) {
  const words = useWords().common;
  if (href === null || !/^https?:\/\//i.test(href)) return <>{children}</>;
  return (
    <a href={href} rel="noopener noreferrer nofollow" target="_blank">
      {children}
      <span className="sr-only"> ({words.opensNewWindow})</span>
    </a>
  );
}
