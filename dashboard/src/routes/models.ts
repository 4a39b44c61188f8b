import { createRoute, lazyRouteComponent, type SearchSchemaInput, stripSearchParams } from "@tanstack/react-router";
import type { Board, Horizon, Window } from "@/api/shapes";
import { type FigureName, FIGURES } from "@/parts/figures";
import { rootRoute } from "@/routes/root";
import { BOARDS, HORIZONS, oneOf, text, texts, WINDOWS } from "@/search/fields";

export type ModelsSearch = {
  board: Board;
  horizon: Horizon;
  window: Window;
  /** Models that the charts show; undefined is all. */
  model?: string[];
  /** Column of the leaderboard: `name`, or a figure's name; a leading `-` turns it around. */
  sort: string;
  /** The figure whose intervals are drawn. */
  figure: FigureName;
};

const DEFAULTS = { board: "live", horizon: 1, window: "all", sort: "name", figure: "hit_rate" } as const;

export const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  validateSearch: (search: Partial<ModelsSearch> & SearchSchemaInput): ModelsSearch => ({
    board: oneOf(search.board, BOARDS, DEFAULTS.board),
    horizon: oneOf(search.horizon, HORIZONS, DEFAULTS.horizon),
    window: oneOf(search.window, WINDOWS, DEFAULTS.window),
    model: texts(search.model),
    sort: text(search.sort) ?? DEFAULTS.sort,
    figure: oneOf(search.figure, FIGURES, DEFAULTS.figure),
  }),
  search: { middlewares: [stripSearchParams(DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/models/ModelsPage"), "ModelsPage"),
});
