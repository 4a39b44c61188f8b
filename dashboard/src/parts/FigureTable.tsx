import type { ReactNode } from "react";
import { useWords } from "@/i18n/words";
import { ModelName } from "@/parts/badges";
import { FigureCell } from "@/parts/FigureCell";
import { type FiguredModel, type FigureName, FIGURES, ordered } from "@/parts/figures";
import { ScrollRegion } from "@/parts/ScrollRegion";

/** A column beside the figures; `help` is a sentence. */
export interface OtherColumn<Row> {
  title: string;
  help: string;
  cell: (row: Row) => ReactNode;
}

type Props<Row> = {
  rows: Row[];
  label: string;
  /** `name` or `-?figure`. */
  sort?: string;
  /** Makes the titles buttons that ask for another order. */
  onSort?: (sort: string) => void;
  before?: OtherColumn<Row>[];
  after?: OtherColumn<Row>[];
};

/** Models as rows, figures as columns, each with its interval, n and days; one that no model has is left out. */
export function FigureTable<Row extends FiguredModel>(props: Props<Row>) {
  const { rows, label, sort = "name", onSort, before = [], after = [] } = props;
  const words = useWords().common;
  const shown = FIGURES.filter((name) => rows.some((row) => (row.figures[name]?.n ?? 0) > 0));
  return (
    <ScrollRegion label={label}>
      <table className="table">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <SortedTitle name="name" title={words.model} sort={sort} onSort={onSort} className="stuck" />
            <OtherTitles columns={before} />
            {shown.map((name) => (
              <SortedTitle key={name} name={name} title={words.figures[name]} help={words.figureHelp[name]} sort={sort} onSort={onSort} />
            ))}
            <OtherTitles columns={after} />
          </tr>
        </thead>
        <tbody>
          {ordered(rows, sort).map((row) => (
            <tr key={row.model}>
              <th scope="row" className="stuck">
                <div className="max-sm:w-24 max-sm:wrap-anywhere">
                  <ModelName model={row.model} isFloor={row.is_floor} />
                </div>
              </th>
              {before.map(({ title, cell }) => (
                <td key={title}>{cell(row)}</td>
              ))}
              {shown.map((name) => (
                <td key={name}>
                  <FigureCell figure={row.figures[name]} name={name} />
                </td>
              ))}
              {after.map(({ title, cell }) => (
                <td key={title}>{cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function OtherTitles<Row>({ columns }: { columns: OtherColumn<Row>[] }) {
  return columns.map(({ title, help }) => (
    <th key={title} scope="col" title={help}>
      {title}
    </th>
  ));
}

type TitleProps = {
  name: "name" | FigureName;
  title: string;
  help?: string;
  sort: string;
  onSort?: (sort: string) => void;
  className?: string;
};

function SortedTitle({ name, title, help, sort, onSort, className }: TitleProps) {
  if (onSort === undefined) {
    return (
      <th scope="col" title={help} className={className}>
        {title}
      </th>
    );
  }
  const isDown = sort === `-${name}`;
  const isChosen = isDown || sort === name;
  const next = name === "name" ? "name" : isDown ? name : `-${name}`;
  return (
    <th scope="col" title={help} className={className} aria-sort={isChosen ? (isDown ? "descending" : "ascending") : undefined}>
      <button type="button" className="font-medium underline decoration-dotted" onClick={() => onSort(next)}>
        {title} {isChosen && <span aria-hidden>{isDown ? "↓" : "↑"}</span>}
      </button>
    </th>
  );
}
