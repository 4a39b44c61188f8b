import type { Budget } from "@/api/shapes";
import { Swatch } from "@/charts/Swatch";
import { useCostWords } from "@/i18n/cost";
import { useUsd } from "@/money";
import { Facts } from "@/parts/Facts";
import { Section } from "@/parts/Section";

const WIDTH = 100;

/** What of today's budget is spent, reserved and left, in words and as a bar. */
export function BudgetSection({ budget }: { budget: Budget }) {
  const words = useCostWords();
  const usd = useUsd();
  const [spent, reserved, left, limit] = [budget.spent_usd, budget.reserved_usd, budget.left_usd, budget.limit_usd].map(usd);
  return (
    <Section title={words.budget} aside={<span className="text-soft">{budget.day} UTC</span>}>
      <div className="grid gap-3">
        <BudgetBar budget={budget} label={words.budgetPlot(spent ?? "", reserved ?? "", left ?? "", limit ?? "")} />
        <Facts
          facts={[
            [words.spent, <Swatch key="spent" fill="fill-accent">{spent}</Swatch>],
            [words.reserved, <Swatch key="reserved" fill="cost-reserved">{reserved}</Swatch>],
            [words.left, <Swatch key="left" fill="fill-sunken">{left}</Swatch>],
            [words.limit, limit],
          ]}
        />
        <p className="max-w-prose text-soft">{words.budgetHelp}</p>
      </div>
    </Section>
  );
}

function BudgetBar({ budget, label }: { budget: Budget; label: string }) {
  const whole = Math.max(budget.limit_usd, budget.spent_usd + budget.reserved_usd) || 1;
  const spent = (budget.spent_usd / whole) * WIDTH;
  const reserved = (budget.reserved_usd / whole) * WIDTH;
  return (
    <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" role="img" aria-label={label} className="chart-row border border-edge">
      <rect x="0" y="0" width={spent} height="10" className="fill-accent" />
      <rect x={spent} y="0" width={reserved} height="10" className="cost-reserved" />
    </svg>
  );
}
