import { useModelsWords } from "@/i18n/models";
import { type Board, useMemberWorths } from "@/pages/models/board";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { FigureCell } from "@/parts/FigureCell";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** What each ensemble would have been without each of its members. */
export function MemberSection({ board }: { board: Board }) {
  const words = useModelsWords();
  const found = useMemberWorths(board);
  return (
    <Section title={words.members}>
      <p className="mb-3 max-w-prose text-soft">{words.membersHelp}</p>
      <Answered query={found} skeleton={<SkeletonLines count={4} size="h-10 w-full" />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title={words.noMembers} help={words.noMembersHelp} />
          ) : (
            <DataTable
              label={words.members}
              columns={[words.ensemble, words.member, words.brierWorth, words.hitWorth]}
              rows={all.map((each) => ({
                key: `${each.ensemble} ${each.member}`,
                cells: [
                  each.ensemble,
                  each.member,
                  <FigureCell key="brier" figure={each.brier} name="brier" />,
                  <FigureCell key="hit_rate" figure={each.hit_rate} name="hit_rate" />,
                ],
              }))}
            />
          )
        }
      </Answered>
    </Section>
  );
}
