import { type ReactNode, useMemo } from "react";
import { LineChart } from "@/charts/LineChart";
import { align, type LineLook } from "@/charts/series";
import { NONE } from "@/format";

/** As of a day, the natural logs of what both bets are worth, and of what one must be worth to be shown. */
export interface Evidence {
  day: string;
  better: number;
  worse: number;
  shownAt: number;
}

type Props = {
  /** At least one, ascending. */
  days: Evidence[];
  /** What the two bets and the line between shown and not shown are called. */
  names: readonly [better: string, worse: string, shownAt: string];
  label: string;
  table: () => ReactNode;
};

const LOOKS: LineLook[] = [
  { colour: "--series-1", dash: [], width: 2 },
  { colour: "--series-2", dash: [], width: 2 },
  { colour: "--edge", dash: [8, 4], width: 1.5 },
];
const DRAWN = ["better", "worse", "shownAt"] as const;

/** What both bets were worth as of each day, on a logarithmic scale, with the line that one must reach. */
export function EvidenceChart({ days, names, label, table }: Props) {
  const series = useMemo(
    () =>
      align(
        DRAWN.map((bet, place) => ({
          label: names[place] ?? bet,
          isFloor: false,
          points: days.map((each) => ({ day: each.day, value: each[bet] })),
        })),
      ),
    [days, names],
  );
  return <LineChart series={series} looks={LOOKS} label={label} write={times} table={table} />;
}

/** A logarithm of wealth as what one unit became. */
export function times(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : `×${Number(Math.exp(value).toPrecision(3))}`;
}
