import { useState } from "react";
import type { SourceHealth } from "@/api/shapes";
import { useSourcesWords } from "@/i18n/sources";
import { useFormat } from "@/i18n/words";
import { useMarket } from "@/market";
import { StateMark } from "@/pages/operations/StateMark";

type Weekday = SourceHealth["weekdays"][number];
type Props = { source: SourceHealth };

/** Today's items against what the weekday usually brings; silence and floods by a sign and a word; all weekdays below. */
export function SourceVolume({ source }: Props) {
  const words = useSourcesWords();
  const format = useFormat();
  const today = useToday(source);
  return (
    <div className="grid min-w-44 gap-0.5">
      <span className="flex flex-wrap items-baseline justify-between gap-x-2">
        <span>
          <span className="font-medium">{format.count(source.items_today)}</span>{" "}
          <span className="text-xs text-soft">
            {source.expected_items === null ? words.noUsual : words.ofUsual(format.count(source.expected_items))}
          </span>
        </span>
        {source.volume !== "unknown" && (
          <StateMark isWell={source.volume === "usual"}>{words.volumes[source.volume]}</StateMark>
        )}
      </span>
      {today !== undefined && isKnown(today) && <Band day={today} items={source.items_today} most={mostOf(source)} />}
      {source.weekdays.some(isKnown) && <Weekdays source={source} today={today} />}
    </div>
  );
}

type KnownWeekday = Weekday & { median: number; low: number; high: number };

function isKnown(day: Weekday): day is KnownWeekday {
  return day.median !== null && day.low !== null && day.high !== null;
}

/** What today's weekday usually brings, by the market's own calendar. */
function useToday(source: SourceHealth): Weekday | undefined {
  const date = useMarket(source.market)?.local_date;
  const weekday = date === undefined ? undefined : new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
  return source.weekdays.find((each) => each.weekday === weekday);
}

function mostOf(source: SourceHealth): number {
  return Math.max(1, source.items_today, ...source.weekdays.map((day) => day.high ?? 0));
}

/** The usual span of a day as a band with its median, and a line where the day stands; the words say the same. */
function Band({ day, items, most }: { day: KnownWeekday; items?: number; most: number }) {
  const place = (value: number) => 1 + (value / most) * 98;
  return (
    <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden className="source-band">
      <line className="chart-band stroke-edge" x1={place(day.low)} x2={place(day.high)} y1="6" y2="6" />
      <line className="source-median" x1={place(day.median)} x2={place(day.median)} y1="2" y2="10" />
      {items !== undefined && <line className="source-today" x1={place(items)} x2={place(items)} y1="0" y2="12" />}
    </svg>
  );
}

function Weekdays({ source, today }: Props & { today: Weekday | undefined }) {
  const words = useSourcesWords();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="text-xs text-soft" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit underline">
        {words.weekdaysOf}
        <span className="sr-only"> {source.name}</span>
      </summary>
      {isOpen && (
        <ul className="mt-1 grid gap-1">
          {source.weekdays.map((day) => (
            <li key={day.weekday} className={day === today ? "font-medium text-ink" : undefined}>
              {words.weekdays[day.weekday - 1]}{" "}
              {isKnown(day)
                ? words.usual(format.count(day.median), format.count(day.low), format.count(day.high))
                : words.noUsual}
              {isKnown(day) && <Band day={day} most={mostOf(source)} />}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
