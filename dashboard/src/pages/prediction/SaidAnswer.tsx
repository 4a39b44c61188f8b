import type { LanguageAnswer, TypedAnswer } from "@/api/shapes";
import { useLanguageWords } from "@/i18n/language";
import { useFormat, useWords } from "@/i18n/words";
import { ChangeText } from "@/parts/ChangeText";
import { DataTable } from "@/parts/DataTable";
import { DirectionMark } from "@/parts/DirectionMark";
import { Machine } from "@/parts/Machine";

/** An answer as it fills its type, and as it came. */
export function SaidAnswer({ language, market }: { language: LanguageAnswer; market: string }) {
  const words = useLanguageWords();
  return (
    <div className="grid min-w-0 gap-3">
      <h3 className="font-medium">{words.said}</h3>
      {language.detail !== null && <p className="break-words text-warn">{language.detail}</p>}
      {language.typed !== null ? (
        <Typed typed={language.typed} market={market} />
      ) : (
        <p className="text-soft">{language.answer === null ? words.noAnswer : words.notTyped}</p>
      )}
      {language.answer !== null && (
        <details open={language.typed === null}>
          <summary className="w-fit text-soft underline">{words.showRaw}</summary>
          <div className="mt-2">
            <Machine title={words.raw} text={language.answer} />
          </div>
        </details>
      )}
    </div>
  );
}

function Typed({ typed, market }: { typed: TypedAnswer; market: string }) {
  const words = useLanguageWords();
  const common = useWords().common;
  const format = useFormat();
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <div className="min-w-0">
        <DataTable
          label={words.said}
          columns={[common.horizon, common.direction, common.probability, words.expectedMove]}
          rows={typed.calls.map((call) => ({
            key: call.horizon,
            cells: [
              common.horizonOf(call.horizon),
              <DirectionMark key="direction" direction={call.direction} market={market} />,
              format.share(call.probability_up),
              <ChangeText key="move" value={call.expected_move} market={market} />,
            ],
          }))}
        />
      </div>
      <div className="grid min-w-0 gap-2 break-words">
        <p>
          <span className="text-soft">{words.impact}:</span> {words.impacts[typed.impact]}
        </p>
        {typed.reason !== "" && <p className="whitespace-pre-line">{typed.reason}</p>}
        <h4 className="text-soft">{words.risks}</h4>
        {typed.risks.length === 0 ? (
          <p className="text-soft">{words.noRisks}</p>
        ) : (
          <ul className="list-disc pl-5">
            {typed.risks.map((risk, place) => (
              <li key={place}>{risk}</li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
