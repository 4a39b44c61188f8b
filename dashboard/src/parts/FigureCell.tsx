import type { Figure } from "@/api/shapes";
import { figureKind } from "@/format";
import { useFormat, useWords } from "@/i18n/words";

/** A figure as it must always be shown: value, 95 % interval, n and days. `name` is the API's name of the figure. */
export function FigureCell({ figure, name }: { figure: Figure | undefined; name: string }) {
  const words = useWords().common;
  const format = useFormat();
  if (figure === undefined) return <span className="text-soft">{words.figureNone}</span>;
  const kind = figureKind(name);
  const amounts = [format.count(figure.n), format.count(figure.days)] as const;
  return (
    <span className="block whitespace-nowrap">
      <span className="block font-medium">
        {figure.value === null ? <span className="font-normal text-soft">{words.figureNone}</span> : format.figure(figure.value, kind)}
      </span>
      <span className="block text-xs text-soft">
        {figure.low === null || figure.high === null ? (
          words.figureNoInterval
        ) : (
          <>
            <span className="sr-only">{words.interval} </span>
            {format.figure(figure.low, kind)} … {format.figure(figure.high, kind)}
          </>
        )}
      </span>
      <span className="block text-xs text-soft">
        <span aria-hidden>{words.figureDays(...amounts)}</span>
        <span className="sr-only">{words.figureDaysLong(...amounts)}</span>
      </span>
    </span>
  );
}
