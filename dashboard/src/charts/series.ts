/** Series of several models brought onto one row of days, and how each is drawn. */

export interface DatedSeries {
  label: string;
  isFloor: boolean;
  points: { day: string; value: number; isMuted?: boolean }[];
}

export interface AlignedLine {
  label: string;
  isFloor: boolean;
  values: (number | null)[];
  /** How many of the days, from the first on, are drawn grey. */
  muted: number;
}

export interface AlignedSeries {
  days: string[];
  lines: AlignedLine[];
}

export interface LineLook {
  /** A custom property of the theme. */
  colour: string;
  /** Pixels drawn and left out; empty is solid. */
  dash: number[];
  width: number;
}

const MODEL_COLOURS = 6;
const FLOOR_DASHES = [[8, 4], [2, 3], [12, 3, 2, 3], [5, 5], [1, 5]];

/** Every day any series has, ascending; a series without a day has null there. */
export function align(series: DatedSeries[]): AlignedSeries {
  const days = [...new Set(series.flatMap((line) => line.points.map((point) => point.day)))].sort();
  const lines = series.map(({ label, isFloor, points }) => {
    const byDay = new Map(points.map((point) => [point.day, point.value]));
    const lastMuted = points.findLast((point) => point.isMuted)?.day;
    const muted = lastMuted === undefined ? 0 : days.indexOf(lastMuted) + 1;
    return { label, isFloor, values: days.map((day) => byDay.get(day) ?? null), muted };
  });
  return { days, lines };
}

/** Models solid in colours of their own; floors grey, each with dashes of its own. */
export function looksOf(lines: { isFloor: boolean }[]): LineLook[] {
  let models = 0;
  let floors = 0;
  return lines.map((line) =>
    line.isFloor
      ? { colour: "--edge", dash: FLOOR_DASHES[floors++ % FLOOR_DASHES.length] ?? [], width: 1.5 }
      : { colour: `--series-${(models++ % MODEL_COLOURS) + 1}`, dash: [], width: 2 },
  );
}

/** The newest value of a line that is there. */
export function newestOf(line: AlignedLine): number | null {
  return line.values.findLast((value) => value !== null) ?? null;
}
