/** Search parameters in the address as plain words: `?model=a&model=b&horizon=3`, a list is a repeated key. */

type Search = Record<string, unknown>;

/** Every value a string, or a list of strings where a key is repeated. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  const search = new URLSearchParams(text);
  for (const key of new Set(search.keys())) {
    const values = search.getAll(key);
    found[key] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return found;
}

/** The reverse; undefined, null and empty values are left out. */
export function stringifySearch(search: Search): string {
  const written = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && each !== "") written.append(key, String(each));
    }
  }
  const text = written.toString();
  return text === "" ? "" : `?${text}`;
}
