import { createRoute, lazyRouteComponent, type SearchSchemaInput, stripSearchParams } from "@tanstack/react-router";
import type { Board, Horizon, Window } from "@/api/shapes";
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
};

const DEFAULTS = { board: "live", horizon: 1, window: "all", sort: "name" } as const;

export const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  validateSearch: (search: Partial<ModelsSearch> & SearchSchemaInput): ModelsSearch => ({
    board: oneOf(search.board, BOARDS, DEFAULTS.board),
    horizon: oneOf(search.horizon, HORIZONS, DEFAULTS.horizon),
    window: oneOf(search.window, WINDOWS, DEFAULTS.window),
    model: texts(search.model),
    sort: text(search.sort) ?? DEFAULTS.sort,
  }),
  search: { middlewares: [stripSearchParams(DEFAULTS)] },
  component: lazyRouteComponent(() => import("@/pages/models/ModelsPage"), "ModelsPage"),
});
