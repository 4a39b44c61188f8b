import type { Word } from "@/api/shapes";
import { useVerdictWords } from "@/i18n/verdicts";

/** A sign beside each word, so that nothing is told by colour alone. */
const MARKS: Record<Word, readonly [sign: string, look: string]> = {
  better: ["+", "badge bg-accent-wash text-accent"],
  worse: ["−", "badge bg-warn-wash text-warn"],
  no_difference: ["=", "badge text-ink"],
  not_shown: ["·", "text-soft"],
};

/** The word of a verdict with its sign and its sentence. */
export function WordMark({ word }: { word: Word }) {
  const words = useVerdictWords();
  const [sign, look] = MARKS[word];
  return (
    <span data-judged className={`whitespace-nowrap ${look}`} title={words.help[word]}>
      <span aria-hidden>{sign} </span>
      {words.words[word]}
    </span>
  );
}
