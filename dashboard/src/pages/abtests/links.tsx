/** Ways around the page: to a test, to the form for a new one, and back to the list alone. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { AbTestsSearch } from "@/search/abtests";

const BUTTON = "control inline-flex items-center no-underline whitespace-nowrap";

type Props = AbTestsSearch & { isChosen?: boolean; label?: string; children: ReactNode };

export function PartLink({ open, add, isChosen = false, label, children }: Props) {
  return (
    <Link
      to="/abtests"
      search={(search) => ({ ...search, open, add })}
      resetScroll={false}
      aria-label={label}
      className={`${BUTTON} ${isChosen ? "control-chosen" : "text-ink"}`}
    >
      {children}
    </Link>
  );
}
