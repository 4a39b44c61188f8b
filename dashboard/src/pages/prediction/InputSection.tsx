import type { PredictionDetail } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useFormat } from "@/i18n/words";
import { useMarket } from "@/market";
import { ChangeText } from "@/parts/ChangeText";
import { DataTable } from "@/parts/DataTable";
import { Facts } from "@/parts/Facts";
import { Section } from "@/parts/Section";

/** Up to when and from which days the question was made. */
export function InputSection({ forecast }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const format = useFormat();
  const timezone = useMarket(forecast.market)?.timezone;
  const { evidence } = forecast;
  const returns = Object.entries(evidence?.returns ?? {}).map(
    ([span, value]) =>
      [words.returns[span] ?? span, <ChangeText key={span} value={value} market={forecast.market} />] as const,
  );
  return (
    <Section title={words.inputs}>
      <div className="grid gap-3">
        {evidence !== null && (
          <Facts
            facts={[
              [words.cutoff, format.time(evidence.cutoff_at, timezone)],
              [words.frozen, format.time(evidence.frozen_at, timezone)],
              [words.base, `${format.share(evidence.base_up_share)} (n ${format.count(evidence.base_n)})`],
              ...returns,
            ]}
          />
        )}
        <p className="text-soft">
          {words.cutoffHelp} {evidence?.is_declared && words.declared}
        </p>
        {forecast.degraded.length > 0 && (
          <p className="rounded bg-warn-wash px-3 py-1 text-warn">{words.degraded(forecast.degraded.join(", "))}</p>
        )}
        <h3 className="font-medium">{words.daysRead}</h3>
        <DaysRead forecast={forecast} />
      </div>
    </Section>
  );
}

function DaysRead({ forecast }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const format = useFormat();
  const inputs = forecast.made_by?.inputs ?? [];
  if (inputs.length === 0) return <p className="text-soft">{words.noInputs}</p>;
  return (
    <DataTable
      label={words.daysRead}
      columns={[words.asset, words.first, words.last, words.days, words.version]}
      rows={inputs.map((read) => ({
        key: `${read.asset} ${read.first_date}`,
        cells: [read.asset, read.first_date, read.last_date, format.count(read.days), format.count(read.newest_version)],
      }))}
    />
  );
}
