import type { ReactNode } from "react";

/** Nothing to show: what that means and, as children, what to do next. */
export function EmptyState({ title, help, children }: { title: string; help?: string; children?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-2 px-4 py-8 text-center">
      <p className="font-medium">{title}</p>
      {help !== undefined && <p className="max-w-prose text-soft">{help}</p>}
      {children}
    </div>
  );
}
