import type { ReactNode } from "react";
import type { ComparisonRow, Prediction } from "@/api/shapes";
import { useWords } from "@/i18n/words";
import type { modelsOf } from "@/order";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { StockName } from "@/parts/StockName";

type Props = {
  label: string;
  market: string;
  rows: ComparisonRow[];
  models: ReturnType<typeof modelsOf>;
  /** Draws one model's answer; undefined where it was not asked. */
  children: (answer: Prediction | undefined) => ReactNode;
};

/** One row a stock, one column a model. */
export function AnswerTable({ label, market, rows, models, children }: Props) {
  const { stock } = useWords().common;
  return (
    <DataTable
      label={label}
      columns={[stock, ...models.map((each) => <ModelName key={each.model} model={each.model} isFloor={each.is_floor} />)]}
      rows={rows.map((row) => ({
        key: row.symbol,
        cells: [
          <StockName key="stock" market={market} symbol={row.symbol} name={row.name} isSynthetic={row.is_synthetic} />,
          ...models.map(({ model }) => children(row.answers[model])),
        ],
      }))}
    />
  );
}
