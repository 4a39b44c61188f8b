import type { Cost } from "@/api/shapes";
import { ChartFigure } from "@/charts/ChartFigure";
import { SpendingPlot } from "@/charts/SpendingPlot";
import { Swatch } from "@/charts/Swatch";
import { useCostWords } from "@/i18n/cost";
import { useFormat } from "@/i18n/words";
import { useUsd } from "@/money";
import { byDay, type DaySpending } from "@/pages/cost/sums";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";

/** Spending per day as bars, and the same as a table. */
export function DaySection({ cost }: { cost: Cost }) {
  const words = useCostWords();
  const usd = useUsd();
  const days = byDay(cost);
  const most = Math.max(...days.map((day) => day.usd));
  const label = words.perDayPlot(cost.first_date, cost.last_date, usd(cost.total.usd), usd(most));
  return (
    <Section title={words.perDay} aside={<span className="text-soft">{usd(cost.total.usd)}</span>}>
      {cost.total.attempts === 0 ? (
        <EmptyState title={words.noSpending} help={words.noSpendingHelp} />
      ) : (
        <ChartFigure label={label} table={() => <DayTable days={days} label={label} />}>
          <SpendingPlot days={days} label={label} top={usd(most)} />
          <p className="mt-1 flex flex-wrap gap-x-4 text-xs text-soft">
            <Swatch fill="fill-accent">{words.told}</Swatch>
            <Swatch fill="cost-reserved">{words.estimated}</Swatch>
          </p>
        </ChartFigure>
      )}
    </Section>
  );
}

function DayTable({ days, label }: { days: DaySpending[]; label: string }) {
  const words = useCostWords();
  const format = useFormat();
  const usd = useUsd();
  return (
    <DataTable
      isNumeric
      label={label}
      columns={[words.day, words.attempts, words.usd, words.estimatedShare]}
      rows={[...days].reverse().map((day) => ({
        key: day.day,
        cells: [<span key="day" className="whitespace-nowrap">{day.day}</span>, format.count(day.attempts), usd(day.usd), day.usd === 0 ? format.share(null) : format.share(day.estimated / day.usd)],
      }))}
    />
  );
}
