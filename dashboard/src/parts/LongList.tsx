import { type ReactNode, useState } from "react";
import { MoreButton } from "@/parts/MoreButton";

type Props<Row> = {
  /** All that is known so far. */
  rows: Row[];
  /** How many are shown at first, and how many more each time. */
  step: number;
  /** Shown from the start, however few a step is. */
  least?: number;
  /** Where further rows come from, when there may be some. */
  query?: Parameters<typeof MoreButton>[0]["query"];
  children: (shown: Row[]) => ReactNode;
};

const COMPLETE = { hasNextPage: false, isFetchingNextPage: false, fetchNextPage: () => Promise.resolve() };

/** The first rows of a list and a button for more: those at hand first, then the query's next page. */
export function LongList<Row>({ rows, step, least = 0, query = COMPLETE, children }: Props<Row>) {
  const [asked, setAsked] = useState(step);
  const count = Math.max(asked, least);
  const more = async () => {
    setAsked(count + step);
    if (count + step > rows.length && query.hasNextPage) await query.fetchNextPage();
  };
  const shown = rows.slice(0, count);
  const rest = { ...query, hasNextPage: shown.length < rows.length || query.hasNextPage, fetchNextPage: more };
  return (
    <>
      {children(shown)}
      <MoreButton shown={shown.length} query={rest} />
    </>
  );
}
