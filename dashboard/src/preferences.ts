/** What this browser remembers: language, theme, and that somebody had logged in. Never a token. */

export const LANGUAGES = ["ko", "en"] as const;
export const THEMES = ["light", "dark"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = (typeof THEMES)[number];

/** A remembered value, null when there is none or storage is switched off. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`craveny.${name}`);
  } catch {
    return null;
  }
}

/** Remember a value; null forgets it. */
export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`craveny.${name}`);
    else localStorage.setItem(`craveny.${name}`, value);
  } catch {
    // Storage may be switched off; the address still carries language and theme.
  }
}
