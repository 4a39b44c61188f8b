import type { Cost } from "@/api/shapes";
import { useCostWords } from "@/i18n/cost";
import { useFormat, useWords } from "@/i18n/words";
import { useUsd } from "@/money";
import { byModel } from "@/pages/cost/sums";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";

/** What each model cost in the span, and for what. */
export function ModelSection({ cost }: { cost: Cost }) {
  const words = useCostWords();
  const common = useWords().common;
  const format = useFormat();
  const usd = useUsd();
  const rows = byModel(cost.lines);
  const columns = [
    common.model,
    words.purpose,
    words.attempts,
    words.sent,
    words.cached,
    words.answered,
    words.usd,
    words.estimatedShare,
  ];
  return (
    <Section title={words.perModel}>
      {rows.length === 0 ? (
        <EmptyState title={words.noSpending} />
      ) : (
        <DataTable
          label={words.perModel}
          columns={columns}
          rows={rows.map((row) => ({
            key: [row.model, row.provider, row.identifier, row.purpose].join(" "),
            cells: [
              <>
                {row.model ?? words.vectors}
                <span className="block text-xs font-normal text-soft">
                  {row.provider} {row.identifier}
                </span>
              </>,
              words.purposes[row.purpose],
              format.count(row.attempts),
              format.count(row.prompt_tokens),
              format.count(row.cached_tokens),
              format.count(row.completion_tokens),
              usd(row.usd),
              format.share(row.usd === 0 ? null : row.estimated / row.usd),
            ],
          }))}
        />
      )}
    </Section>
  );
}
