import type { Report, ReportContent } from "@/api/shapes";
import { useReportWords } from "@/i18n/report";
import { useFormat, useWords } from "@/i18n/words";
import { coloursOf, useMarket } from "@/market";
import { useUsd } from "@/money";
import { ReportOutcome } from "@/pages/stock/ReportOutcome";
import { RunLink } from "@/parts/dagster";
import { Facts } from "@/parts/Facts";

const PENDING: readonly Report["outcome_class"][] = ["quota", "transient", "provider_bug"];
const SIGNS = { up: "▲", sideways: "▶", down: "▼" } as const;
const COLOURS = { up: "text-up", sideways: "text-soft", down: "text-down" } as const;

/** A report with its age, reason and prices; every text in it is a model's, and only text. */
export function ReportText({ report }: { report: Report }) {
  const words = useReportWords();
  const { outcomeClasses } = useWords().common;
  const { content, outcome_class } = report;
  return (
    <div className="grid min-w-0 gap-3 break-words">
      <ReportFacts report={report} />
      <ReportOutcome report={report} />
      {content === null ? (
        <p className="text-soft">{PENDING.includes(outcome_class) ? words.open : words.failed(outcomeClasses[outcome_class])}</p>
      ) : (
        <Content content={content} />
      )}
    </div>
  );
}

function ReportFacts({ report }: { report: Report }) {
  const words = useReportWords();
  const format = useFormat();
  const usd = useUsd();
  const timezone = useMarket(report.market)?.timezone;
  const price = (value: number | null) =>
    value === null ? <span className="text-soft">{words.noPrice}</span> : `${format.price(value, report.currency)} ${report.currency}`;
  return (
    <Facts
      facts={[
        ...(report.content === null ? [] : [[words.view, <View key="view" view={report.content.view} market={report.market} />] as const]),
        [
          words.age,
          <time key="age" dateTime={report.cutoff_at} title={words.ageOf(format.time(report.cutoff_at, timezone))}>
            {format.ago(report.cutoff_at)}
          </time>,
        ],
        [words.reason, words.reasons[report.reason]],
        [words.base, price(report.base_price)],
        [words.target, price(report.target_price)],
        [words.stop, price(report.stop_price)],
        [words.model, report.model],
        [words.stories, format.count(report.news_count)],
        [words.cost, usd(report.usd)],
        ["Dagster", <RunLink key="run" runId={report.run_id} />],
      ]}
    />
  );
}

function View({ view, market }: { view: ReportContent["view"]; market: string }) {
  const words = useReportWords();
  return (
    <span data-colours={coloursOf(market)} className={`font-medium whitespace-nowrap ${COLOURS[view]}`}>
      <span aria-hidden>{SIGNS[view]}</span> {words.views[view]}
    </span>
  );
}

function Content({ content }: { content: ReportContent }) {
  const words = useReportWords();
  const views = [
    [words.short, content.short_view],
    [words.medium, content.medium_view],
    [words.long, content.long_view],
  ] as const;
  return (
    <>
      <p className="max-w-prose whitespace-pre-line">{content.summary}</p>
      <div className="grid items-start gap-4 md:grid-cols-3">
        {views.map(([title, text]) => (
          <div key={title} className="min-w-0">
            <h4 className="text-soft">{title}</h4>
            <p className="whitespace-pre-line">{text}</p>
          </div>
        ))}
      </div>
      <div className="grid items-start gap-4 md:grid-cols-2">
        <Points title={words.risks} points={content.risks} />
        <Points title={words.opportunities} points={content.opportunities} />
      </div>
    </>
  );
}

function Points({ title, points }: { title: string; points: string[] }) {
  const words = useReportWords();
  return (
    <div className="min-w-0">
      <h4 className="text-soft">{title}</h4>
      {points.length === 0 ? (
        <p className="text-soft">{words.noneNamed}</p>
      ) : (
        <ul className="list-disc pl-5">
          {points.map((point, place) => (
            <li key={place}>{point}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
