import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { abTest } from "@/api/abtests";
import type { AbTestDetail } from "@/api/shapes";
import { EvidenceChart } from "@/charts/EvidenceChart";
import { useAbTestsWords } from "@/i18n/abtests";
import { useFormat, useWords } from "@/i18n/words";
import { ChangeSection } from "@/pages/abtests/ChangeSection";
import { EvidenceTable } from "@/pages/abtests/EvidenceTable";
import { PartLink } from "@/pages/abtests/links";
import { StateText, VerdictText } from "@/pages/abtests/VerdictText";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Facts } from "@/parts/Facts";
import { FigureCell } from "@/parts/FigureCell";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

type Props = { testId: number; mayChange: boolean };

/** One test: what was registered, what is said of it, and what that rests on. */
export function TestPanel({ testId, mayChange }: Props) {
  const words = useAbTestsWords();
  const found = useQuery(abTest(testId));
  const close = <PartLink>{words.close}</PartLink>;
  return (
    <Section title={found.data?.name ?? words.title} aside={close}>
      <Answered query={found} skeleton={<SkeletonLines count={10} size="h-12 w-full" />}>
        {(test) => (
          <div className="grid grid-cols-1 gap-6">
            <p role="status" aria-label={words.verdict} className="text-base">
              <VerdictText test={test} said={test.newest} />
            </p>
            <Registered test={test} />
            <Figures test={test} />
            <Part title={words.evidence}>
              <p className="mb-3 max-w-prose text-soft">{words.evidenceHelp}</p>
              {test.evidence.length === 0 ? (
                <EmptyState title={words.noDay(test.starts_on)} help={words.noDayHelp} />
              ) : (
                <Evidence test={test} />
              )}
            </Part>
            {test.history.length > 0 && <History test={test} />}
            {mayChange && test.stopped_at === null && <ChangeSection test={test} />}
          </div>
        )}
      </Answered>
    </Section>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 font-semibold">{title}</h3>
      {children}
    </div>
  );
}

function Evidence({ test }: { test: AbTestDetail }) {
  const words = useAbTestsWords();
  const { evidence, model_a, model_b, shown_at } = test;
  const days = useMemo(
    () => evidence.map(({ as_of_date, better, worse }) => ({ day: as_of_date, better, worse, shownAt: shown_at })),
    [evidence, shown_at],
  );
  const names = useMemo(() => [words.betOn(model_a), words.betOn(model_b), words.shownAt] as const, [words, model_a, model_b]);
  const label = words.evidenceOf(model_a, model_b, days[0]?.day ?? "", days.at(-1)?.day ?? "");
  return <EvidenceChart days={days} names={names} label={label} table={() => <EvidenceTable test={test} label={label} />} />;
}

function Registered({ test }: { test: AbTestDetail }) {
  const words = useAbTestsWords();
  const common = useWords().common;
  const format = useFormat();
  return (
    <Facts
      facts={[
        [words.variants, `${test.model_a} · ${test.model_b}`],
        [words.metric, words.metrics[test.metric]],
        [common.horizon, common.horizonOf(test.horizon)],
        [words.mode, test.share_b === null ? words.paired : words.splitOf(format.share(1 - test.share_b), format.share(test.share_b))],
        [words.edge, format.share(test.edge)],
        [words.alpha, format.share(test.alpha)],
        [words.state, <StateText key="state" test={test} />],
        [words.registered, format.time(test.created_at)],
      ]}
    />
  );
}

function Figures({ test }: { test: AbTestDetail }) {
  const words = useAbTestsWords();
  const { figures } = useWords().common;
  return (
    <Part title={words.figures}>
      <p className="mb-3 max-w-prose text-soft">{words.figuresHelp}</p>
      <DataTable
        label={words.figures}
        columns={[words.variant, figures.hit_rate, figures.brier]}
        rows={test.variants.map((variant) => ({
          key: variant.model,
          cells: [
            variant.model,
            <FigureCell key="hit" figure={variant.hit_rate} name="hit_rate" />,
            <FigureCell key="brier" figure={variant.brier} name="brier" />,
          ],
        }))}
      />
      <div className="mt-3">
        <Facts
          facts={[
            [
              words.differenceOf(words.metrics[test.metric], test.model_a, test.model_b),
              <FigureCell key="difference" figure={test.difference} name={test.metric === "hit" ? "mean_return" : "brier"} />,
            ],
          ]}
        />
      </div>
    </Part>
  );
}

function History({ test }: { test: AbTestDetail }) {
  const words = useAbTestsWords();
  const format = useFormat();
  return (
    <Part title={words.history}>
      <DataTable
        label={words.history}
        columns={[words.asOf, words.verdict, words.days, words.decided]}
        rows={[...test.history].reverse().map((said) => ({
          key: `${said.as_of_date} ${said.decided_at}`,
          cells: [
            said.as_of_date,
            <>
              <span className={said.superseded_at === null ? "" : "line-through"}>{words.saidOf[said.verdict](test.model_a, test.model_b)}</span>
              {said.superseded_at !== null && <span className="badge ml-1 text-warn">{words.replaced(format.time(said.superseded_at))}</span>}
              {said.is_revised && <span className="badge ml-1 text-warn">{words.revised}</span>}
            </>,
            format.count(said.days),
            format.time(said.decided_at),
          ],
        }))}
      />
    </Part>
  );
}
