import { Link } from "@tanstack/react-router";
import type { PredictionDetail } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useFormat, useWords } from "@/i18n/words";
import { DataTable } from "@/parts/DataTable";
import { Section } from "@/parts/Section";

/** What an ensemble's answer is made of. */
export function MemberSection({ members }: { members: PredictionDetail["members"] }) {
  const words = usePredictionWords();
  const common = useWords().common;
  const format = useFormat();
  return (
    <Section title={words.members}>
      <DataTable
        label={words.members}
        columns={[common.model, words.answerClass, common.probability]}
        rows={members.map((each) => ({
          key: each.model,
          cells: [
            <Link key="model" to="/predictions/$predictionId" params={{ predictionId: String(each.prediction_id) }}>
              {each.model}
            </Link>,
            common.outcomeClasses[each.outcome_class],
            format.share(each.probability),
          ],
        }))}
      />
    </Section>
  );
}
