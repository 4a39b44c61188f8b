import type { ReactNode } from "react";

/** The page's one h1 and its browser title; children are controls beside it. */
export function PageHeader({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  return (
    <header className="mb-4 flex flex-wrap items-end justify-between gap-3">
      <title>{`${title} · Craveny`}</title>
      <div className="min-w-0">
        <h1 className="text-xl font-semibold">{title}</h1>
        {lead !== undefined && <div className="mt-0.5 max-w-prose text-soft">{lead}</div>}
      </div>
      {children !== undefined && <div className="flex flex-wrap items-end gap-2">{children}</div>}
    </header>
  );
}
