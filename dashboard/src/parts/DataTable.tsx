import type { ReactNode } from "react";
import { ScrollRegion } from "@/parts/ScrollRegion";

type Props = {
  label: string;
  columns: readonly string[];
  /** The first cell of a row is its title. */
  rows: readonly { key: string | number; cells: readonly ReactNode[] }[];
};

/** A plain table with a caption for readers, scrolling in itself where it is wider than the page. */
export function DataTable({ label, columns, rows }: Props) {
  return (
    <ScrollRegion label={label}>
      <table className="table">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [title, ...cells] }) => (
            <tr key={key}>
              <th scope="row" className="min-w-24">{title}</th>
              {cells.map((cell, column) => (
                <td key={columns[column + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
