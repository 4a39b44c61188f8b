import type { ReactNode } from "react";
import { ScrollRegion } from "@/parts/ScrollRegion";

type Props = {
  label: string;
  columns: readonly ReactNode[];
  /** The first cell of a row is its title. */
  rows: readonly { key: string | number; cells: readonly ReactNode[]; isMuted?: boolean }[];
  /** Cells stand to the right and nothing in them breaks. */
  isNumeric?: boolean;
};

/** A plain table with a caption for readers, scrolling in itself where it is wider than the page. */
export function DataTable({ label, columns, rows, isNumeric = false }: Props) {
  return (
    <ScrollRegion label={label}>
      <table className={isNumeric ? "table text-right whitespace-nowrap" : "table"}>
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            {columns.map((column, place) => (
              <th key={place} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [title, ...cells], isMuted }) => (
            <tr key={key} className={isMuted ? "muted" : undefined}>
              <th scope="row" className="min-w-24">{title}</th>
              {cells.map((cell, place) => (
                <td key={place}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
