import { useQuery } from "@tanstack/react-query";
import { abTests } from "@/api/abtests";
import type { AbTest } from "@/api/shapes";
import { useAbTestsWords } from "@/i18n/abtests";
import { useFormat, useWords } from "@/i18n/words";
import { PartLink } from "@/pages/abtests/links";
import { StateText, VerdictText } from "@/pages/abtests/VerdictText";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

type Props = { market: string | undefined; open: string | undefined };

/** A market's tests: those that run, then those that were stopped. */
export function TestList({ market, open }: Props) {
  const words = useAbTestsWords();
  const found = useQuery({ ...abTests(market), enabled: market !== undefined });
  const parts = [
    { title: words.running, of: (test: AbTest) => test.stopped_at === null },
    { title: words.stopped, of: (test: AbTest) => test.stopped_at !== null },
  ];
  return (
    <Answered query={found} skeleton={<SkeletonLines count={5} size="h-12 w-full" />}>
      {(all) => (
        <div className="grid gap-4">
          {parts.map(({ title, of }, place) => {
            const tests = all.filter(of);
            if (tests.length === 0 && place > 0) return null;
            return (
              <Section key={title} title={title}>
                {tests.length === 0 ? (
                  <EmptyState title={words.none} help={words.noneHelp} />
                ) : (
                  <TestTable label={title} tests={tests} open={open} />
                )}
              </Section>
            );
          })}
        </div>
      )}
    </Answered>
  );
}

function TestTable({ label, tests, open }: { label: string; tests: AbTest[]; open: string | undefined }) {
  const words = useAbTestsWords();
  const common = useWords().common;
  const format = useFormat();
  return (
    <DataTable
      label={label}
      columns={[words.test, words.watch, words.variants, words.rule, words.state, words.verdict]}
      rows={tests.map((test) => ({
        key: test.test_id,
        cells: [
          <>
            {test.name} {test.is_default && <span className="badge text-accent">{words.isDefault}</span>}
          </>,
          <PartLink
            key="watch"
            open={String(test.test_id)}
            isChosen={open === String(test.test_id)}
            label={words.watchOf(test.name)}
          >
            {words.watch}
          </PartLink>,
          <span key="variants" className="block min-w-40 break-words">
            {test.model_a} · {test.model_b}
          </span>,
          <span key="rule" className="block min-w-36">
            {words.metrics[test.metric]}, {common.horizonOf(test.horizon)}
            <span className="block text-xs text-soft">{words.edgeAndAlpha(format.share(test.edge), format.share(test.alpha))}</span>
          </span>,
          <StateText key="state" test={test} />,
          <span key="verdict" className="block min-w-56">
            <VerdictText test={test} said={test.newest} />
          </span>,
        ],
      }))}
    />
  );
}
