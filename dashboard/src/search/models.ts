/** What the address asks of the models page. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import type { Board, Horizon, Window } from "@/api/shapes";
import { type FigureName, FIGURES } from "@/parts/figures";
import { BOARDS, HORIZONS, oneOf, text, texts, WINDOWS } from "@/search/fields";

export type ModelsSearch = {
  board: Board;
  horizon: Horizon;
  window: Window;
  /** Only this sector's stocks; undefined is all. */
  sector?: string;
  /** Only this stock; undefined is all. */
  symbol?: string;
  /** Models that the charts show; undefined is all. */
  model?: string[];
  /** Column of the leaderboard: `name`, or a figure's name; a leading `-` turns it around. */
  sort: string;
  /** The figure whose intervals are drawn. */
  figure: FigureName;
  /** The floor that skill is measured against; undefined is the climatology. */
  floor?: string;
  /** Two models whose comparison is shown, the first against the second. */
  pair?: string[];
};

export const MODELS_DEFAULTS = { board: "live", horizon: 1, window: "all", sort: "name", figure: "hit_rate" } as const;

export function modelsSearch(search: Partial<ModelsSearch> & SearchSchemaInput): ModelsSearch {
  const pair = texts(search.pair);
  return {
    board: oneOf(search.board, BOARDS, MODELS_DEFAULTS.board),
    horizon: oneOf(search.horizon, HORIZONS, MODELS_DEFAULTS.horizon),
    window: oneOf(search.window, WINDOWS, MODELS_DEFAULTS.window),
    sector: text(search.sector),
    symbol: text(search.symbol),
    model: texts(search.model),
    sort: text(search.sort) ?? MODELS_DEFAULTS.sort,
    figure: oneOf(search.figure, FIGURES, MODELS_DEFAULTS.figure),
    floor: text(search.floor),
    pair: pair?.length === 2 ? pair : undefined,
  };
}
