import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue } from "react";
import { useFormat, useWords } from "@/i18n/words";
import { ErrorNotice } from "@/parts/ErrorNotice";

type Props<Data> = {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "dataUpdatedAt" | "isPlaceholderData" | "refetch">;
  /** Of the final size, so that nothing moves when the answer comes. */
  skeleton: ReactNode;
  /** Stands above the skeleton or the error; the answer brings its own. */
  heading?: ReactNode;
  children: (data: Data) => ReactNode;
};

/**
 * A query's skeleton, error or answer. A failed refresh keeps the answer on the page and says so.
 * A new answer is drawn in slices, so that a long one does not hold up what a person does meanwhile.
 */
export function Answered<Data>({ query, skeleton, heading, children }: Props<Data>) {
  const words = useWords();
  const format = useFormat();
  const retry = () => void query.refetch();
  const data = useDeferredValue(query.data);
  if (data === undefined) {
    return (
      <>
        {heading}
        {query.error === null ? skeleton : <ErrorNotice error={query.error} retry={retry} />}
      </>
    );
  }
  return (
    <div aria-busy={query.isPlaceholderData || data !== query.data} className={query.isPlaceholderData ? "opacity-60" : undefined}>
      {query.error !== null && (
        <div role="status" className="mb-2 flex flex-wrap items-center gap-2 rounded bg-warn-wash px-3 py-1 text-warn">
          {words.problem.stale(format.ago(query.dataUpdatedAt))}
          <button type="button" className="underline" onClick={retry}>
            {words.common.retry}
          </button>
        </div>
      )}
      {children(data)}
    </div>
  );
}
