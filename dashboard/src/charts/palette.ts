/** The colours a canvas is told, since it cannot follow CSS: the theme's custom properties as they stand at an element. */
import { useSyncExternalStore } from "react";

export interface Palette {
  panel: string;
  ink: string;
  soft: string;
  edge: string;
  line: string;
  up: string;
  down: string;
  accent: string;
  warn: string;
  news: string;
}

/** The colours at `element`: up and down depend on the market it stands in. */
export function paletteAt(element: Element): Palette {
  const colour = (name: string) => colourAt(element, `--${name}`);
  return {
    panel: colour("panel"),
    ink: colour("ink"),
    soft: colour("soft"),
    edge: colour("edge"),
    line: colour("line"),
    up: colour("up"),
    down: colour("down"),
    accent: colour("accent"),
    warn: colour("warn"),
    news: colour("news"),
  };
}

/** One custom property as it stands at `element`. */
export function colourAt(element: Element, property: string): string {
  return getComputedStyle(element).getPropertyValue(property).trim();
}

/** The theme's name; a change of theme renders the caller again, so that it can draw anew. */
export function useThemeName(): string | undefined {
  return useSyncExternalStore(follow, () => document.documentElement.dataset.theme);
}

function follow(redraw: () => void): () => void {
  const theme = new MutationObserver(redraw);
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => theme.disconnect();
}
