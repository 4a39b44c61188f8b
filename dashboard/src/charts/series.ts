/** Series of several models brought onto one row of days, as line charts and their tables want them. */

export interface DatedSeries {
  label: string;
  is_floor: boolean;
  points: { day: string; value: number }[];
}

export interface AlignedLine {
  label: string;
  is_floor: boolean;
  values: (number | null)[];
}

export interface AlignedSeries {
  days: string[];
  lines: AlignedLine[];
}

/** Every day any series has, ascending; a series without a day has null there. */
export function align(series: DatedSeries[]): AlignedSeries {
  const days = [...new Set(series.flatMap((line) => line.points.map((point) => point.day)))].sort();
  const lines = series.map((line) => {
    const byDay = new Map(line.points.map((point) => [point.day, point.value]));
    return { label: line.label, is_floor: line.is_floor, values: days.map((day) => byDay.get(day) ?? null) };
  });
  return { days, lines };
}
