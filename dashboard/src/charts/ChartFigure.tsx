import { type ReactNode, useState } from "react";
import { useChartsWords } from "@/i18n/charts";

type Props = {
  /** What the chart shows, read out in place of the picture. */
  label: string;
  /** The same numbers; built when the disclosure is first opened. */
  table: () => ReactNode;
  children: ReactNode;
};

/** A chart and, behind a disclosure, the table that says the same. */
export function ChartFigure({ label, table, children }: Props) {
  const words = useChartsWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <figure className="min-w-0">
      {children}
      <details className="mt-2" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="w-fit text-soft underline">
          {words.table}
          <span className="sr-only">: {label}</span>
        </summary>
        {isOpen && <div className="relative mt-2 max-h-96 overflow-y-auto">{table()}</div>}
      </details>
    </figure>
  );
}
