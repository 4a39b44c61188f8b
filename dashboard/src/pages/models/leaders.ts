/** The board's models with the figures of a choice: their skill against one floor. */
import type { Figure, Leader } from "@/api/shapes";
import { byName } from "@/order";
import type { Board } from "@/pages/models/board";

const USUAL_FLOOR = "climatology";

/** The floor of the address, else the climatology, else the first; undefined when the board has none. */
export function floorOf({ search }: Board, models: Leader[]): string | undefined {
  const floors = models.filter((each) => each.is_floor).sort(byName).map((each) => each.model);
  return [search.floor, USUAL_FLOOR].find((each) => each !== undefined && floors.includes(each)) ?? floors[0];
}

/** The models with their skill against the floor among their figures. */
export function figured(models: Leader[], floor: string | undefined): Leader[] {
  return models.map((each) => {
    const skill: Figure | undefined = each.skill[floor ?? ""];
    return skill === undefined ? each : { ...each, figures: { ...each.figures, skill } };
  });
}
