/** Tables as CSV files, made in the browser from what it shows. */

type Cell = string | number | boolean | null;

/** A CSV text with a header line. A text that a spreadsheet would take for a formula gets a leading apostrophe. */
export function csvOf<Row extends Record<string, Cell>>(rows: Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => names.map((name) => written(row[name] ?? null)));
  return [names, ...lines].map((line) => line.join(",")).join("\r\n");
}

/** Offers a text as a file to the person. */
export function download(name: string, text: string): void {
  // Spreadsheets take UTF-8 for Latin without the mark.
  const address = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function written(cell: Cell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
