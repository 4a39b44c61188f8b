import { useWords } from "@/i18n/words";

type Props = {
  /** How many are on the page. */
  shown: number;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
};

/** Asks for the next page of a list; at the end it says how many there are. */
export function MoreButton({ shown, query }: Props) {
  const words = useWords().common;
  if (!query.hasNextPage) return <p className="mt-3 text-center text-soft">{words.end(shown)}</p>;
  return (
    <p className="mt-3 text-center">
      <button
        type="button"
        className="control"
        aria-disabled={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {query.isFetchingNextPage ? words.loading : words.more}
      </button>
    </p>
  );
}
