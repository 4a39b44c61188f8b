import type { PredictionDetail } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useChartsWords } from "@/i18n/charts";
import { useFormat, useWords } from "@/i18n/words";
import { useMarket } from "@/market";
import { ChangeText } from "@/parts/ChangeText";
import { DataTable } from "@/parts/DataTable";
import { Facts } from "@/parts/Facts";
import { OutcomeText } from "@/parts/OutcomeText";
import { Section } from "@/parts/Section";

/** How the forecast came out, by which bars; or why it has not, or never will. */
export function SettlementSection({ forecast }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const common = useWords().common;
  const { settlement, market } = forecast;
  return (
    <Section title={words.settlement}>
      <div className="grid gap-4">
        {settlement.status === "settled" ? (
          <SettledFacts forecast={forecast} />
        ) : (
          <p>
            <span className="badge mr-2">{common.statuses[settlement.status]}</span>
            {settlement.status === "void" ? words.void : words.waiting}
          </p>
        )}
        {settlement.reason !== null && (
          <p>
            <span className="text-soft">{words.reason}:</span> {settlement.reason}
          </p>
        )}
        {settlement.status === "settled" && (
          <p>
            <OutcomeText settlement={settlement} market={market} />
          </p>
        )}
        {settlement.status === "settled" && settlement.target_return !== null && <TargetFacts forecast={forecast} />}
        <DecidingBars forecast={forecast} />
      </div>
    </Section>
  );
}

function SettledFacts({ forecast: { settlement, market } }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const format = useFormat();
  const timezone = useMarket(market)?.timezone;
  return (
    <Facts
      facts={[
        [words.settled, format.day(settlement.settle_date)],
        [words.settledAt, format.time(settlement.settled_at, timezone)],
        [words.outcomeReturn, <ChangeText key="outcome" value={settlement.outcome_return} market={market} />],
        [words.tradableReturn, <ChangeText key="tradable" value={settlement.tradable_return} market={market} />],
        [words.cameTrue, settlement.is_up ? words.rose : words.notRose],
      ]}
    />
  );
}

function TargetFacts({ forecast: { settlement, market } }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const format = useFormat();
  const { target_return, target_date, stop_return, stop_date, first_touch, path_return } = settlement;
  return (
    <div className="grid gap-2">
      <h3 className="font-medium">{words.path}</h3>
      <Facts
        facts={[
          [words.target, <ChangeText key="target" value={target_return} market={market} />],
          [words.targetReached, target_date === null ? words.never : format.day(target_date)],
          [words.stop, <ChangeText key="stop" value={stop_return} market={market} />],
          [words.stopBreached, stop_date === null ? words.never : format.day(stop_date)],
          [words.firstTouch, words.touches[first_touch ?? "neither"]],
          [words.pathReturn, <ChangeText key="path" value={path_return} market={market} />],
        ]}
      />
      <p className="text-soft">{words.pathHelp}</p>
    </div>
  );
}

function DecidingBars({ forecast: { entry_bar, exit_bar, market } }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const charts = useChartsWords();
  const format = useFormat();
  const currency = useMarket(market)?.currency;
  if (entry_bar === null && exit_bar === null) return null;
  const bars = [
    { name: words.entry, bar: entry_bar },
    { name: words.exit, bar: exit_bar },
  ];
  return (
    <DataTable
      label={words.bar}
      columns={[words.bar, charts.day, charts.open, charts.close, charts.adjusted]}
      rows={bars.map(({ name, bar }) => ({
        key: name,
        cells: [
          name,
          format.day(bar?.session_date),
          format.price(bar?.open, currency),
          format.price(bar?.close, currency),
          format.price(bar?.adjusted_close, currency),
        ],
      }))}
    />
  );
}
