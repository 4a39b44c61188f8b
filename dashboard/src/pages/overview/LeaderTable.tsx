import type { Evaluations } from "@/api/shapes";
import { useOverviewWords } from "@/i18n/overview";
import { useWords } from "@/i18n/words";
import { byName } from "@/order";
import { ModelName } from "@/parts/badges";
import { FigureCell } from "@/parts/FigureCell";
import { commonScale, IntervalBar } from "@/parts/IntervalBar";
import { ScrollRegion } from "@/parts/ScrollRegion";

const FIGURES = ["hit_rate", "brier", "mean_return"] as const;

/** Models in the order of their names, floors last; each figure with its interval as text and as a bar. */
export function LeaderTable({ evaluations }: { evaluations: Evaluations }) {
  const words = useOverviewWords();
  const common = useWords().common;
  const leaders = [...evaluations.models].sort(byName);
  const scales = FIGURES.map((name) => commonScale(leaders.map((leader) => leader.figures[name])));
  return (
    <ScrollRegion label={words.board}>
      <table className="table">
        <caption className="sr-only">{words.board}</caption>
        <thead>
          <tr>
            <th scope="col">{common.model}</th>
            {FIGURES.map((name) => (
              <th key={name} scope="col" title={common.figureHelp[name]}>
                {common.figures[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {leaders.map((leader) => (
            <tr key={leader.model}>
              <th scope="row">
                <ModelName model={leader.model} isFloor={leader.is_floor} />
              </th>
              {FIGURES.map((name, column) => (
                <td key={name}>
                  <FigureCell figure={leader.figures[name]} name={name} />
                  <IntervalBar
                    figure={leader.figures[name]}
                    scale={scales[column] ?? [0, 1]}
                    isFloor={leader.is_floor}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
