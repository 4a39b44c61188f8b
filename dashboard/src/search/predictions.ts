/** What the address asks of the predictions page. */
import type { SearchSchemaInput } from "@tanstack/react-router";
import type { Direction, Horizon, Origin, OutcomeClass, Settlement } from "@/api/shapes";
import { day, HORIZONS, oneOf, text, texts } from "@/search/fields";

export const VIEWS = ["table", "cards", "list"] as const;
export const SORTS = ["newest", "oldest", "confident"] as const;
export const DIRECTIONS = ["up", "down"] as const satisfies readonly Direction[];
export const ORIGINS = ["live", "late", "reconstructed", "replay"] as const satisfies readonly Origin[];
export const STATUSES = ["open", "settled", "void"] as const satisfies readonly Settlement["status"][];
export const OUTCOME_CLASSES = [
  "ok",
  "no_input",
  "refusal",
  "invalid_output",
  "truncated",
  "filtered",
  "quota",
  "transient",
  "provider_bug",
] as const satisfies readonly OutcomeClass[];

export type View = (typeof VIEWS)[number];

export type PredictionsSearch = {
  /** Undefined is what suits the screen. */
  view?: View;
  horizon: Horizon;
  /** The session of the comparison; undefined is the newest. */
  session?: string;
  model?: string[];
  symbol?: string;
  direction?: Direction;
  origin?: Origin;
  answer?: OutcomeClass;
  status?: Settlement["status"];
  from?: string;
  to?: string;
  sort: (typeof SORTS)[number];
};

export const PREDICTIONS_DEFAULTS = { horizon: 1, sort: "newest" } as const;

export function predictionsSearch(search: Partial<PredictionsSearch> & SearchSchemaInput): PredictionsSearch {
  return {
    view: oneOf(search.view, VIEWS, undefined),
    horizon: oneOf(search.horizon, HORIZONS, PREDICTIONS_DEFAULTS.horizon),
    session: day(search.session),
    model: texts(search.model),
    symbol: text(search.symbol),
    direction: oneOf(search.direction, DIRECTIONS, undefined),
    origin: oneOf(search.origin, ORIGINS, undefined),
    answer: oneOf(search.answer, OUTCOME_CLASSES, undefined),
    status: oneOf(search.status, STATUSES, undefined),
    from: day(search.from),
    to: day(search.to),
    sort: oneOf(search.sort, SORTS, PREDICTIONS_DEFAULTS.sort),
  };
}
