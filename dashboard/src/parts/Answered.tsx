import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useFormat, useWords } from "@/i18n/words";
import { ErrorNotice } from "@/parts/ErrorNotice";

type Props<Data> = {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "dataUpdatedAt" | "isPlaceholderData" | "refetch">;
  /** Of the final size, so that nothing moves when the answer comes. */
  skeleton: ReactNode;
  children: (data: Data) => ReactNode;
};

/** A query's skeleton, error or answer. A failed refresh keeps the answer on the page and says so. */
export function Answered<Data>({ query, skeleton, children }: Props<Data>) {
  const words = useWords();
  const format = useFormat();
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    return query.error === null ? skeleton : <ErrorNotice error={query.error} retry={retry} />;
  }
  return (
    <div aria-busy={query.isPlaceholderData} className={query.isPlaceholderData ? "opacity-60" : undefined}>
      {query.error !== null && (
        <div role="status" className="mb-2 flex flex-wrap items-center gap-2 rounded bg-warn-wash px-3 py-1 text-warn">
          {words.problem.stale(format.ago(query.dataUpdatedAt))}
          <button type="button" className="underline" onClick={retry}>
            {words.common.retry}
          </button>
        </div>
      )}
      {children(query.data)}
    </div>
  );
}
