import { useWords } from "@/i18n/words";
import { ModelName } from "@/parts/badges";
import { FigureCell } from "@/parts/FigureCell";
import { type FiguredModel, type FigureName, FIGURES, ordered } from "@/parts/figures";
import { ScrollRegion } from "@/parts/ScrollRegion";

type Props = {
  rows: FiguredModel[];
  label: string;
  /** `name` or `-?figure`. */
  sort?: string;
  /** Makes the titles buttons that ask for another order. */
  onSort?: (sort: string) => void;
};

/** Models as rows, figures as columns, each with its interval, n and days. */
export function FigureTable({ rows, label, sort = "name", onSort }: Props) {
  const words = useWords().common;
  const shown = FIGURES.filter((name) => rows.some((row) => name in row.figures));
  return (
    <ScrollRegion label={label}>
      <table className="table">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <SortedTitle name="name" title={words.model} sort={sort} onSort={onSort} />
            {shown.map((name) => (
              <SortedTitle key={name} name={name} title={words.figures[name]} help={words.figureHelp[name]} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered(rows, sort).map((row) => (
            <tr key={row.model}>
              <th scope="row">
                <ModelName model={row.model} isFloor={row.is_floor} />
              </th>
              {shown.map((name) => (
                <td key={name}>
                  <FigureCell figure={row.figures[name]} name={name} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

type TitleProps = Pick<Props, "onSort"> & { name: "name" | FigureName; title: string; help?: string; sort: string };

function SortedTitle({ name, title, help, sort, onSort }: TitleProps) {
  if (onSort === undefined) {
    return (
      <th scope="col" title={help}>
        {title}
      </th>
    );
  }
  const isDown = sort === `-${name}`;
  const isChosen = isDown || sort === name;
  const next = name === "name" ? "name" : isDown ? name : `-${name}`;
  return (
    <th scope="col" title={help} aria-sort={isChosen ? (isDown ? "descending" : "ascending") : undefined}>
      <button type="button" className="font-medium underline decoration-dotted" onClick={() => onSort(next)}>
        {title} {isChosen && <span aria-hidden>{isDown ? "↓" : "↑"}</span>}
      </button>
    </th>
  );
}
