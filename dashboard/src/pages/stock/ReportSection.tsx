import { useInfiniteQuery } from "@tanstack/react-query";
import { reports } from "@/api/language";
import type { Report, StockDetail } from "@/api/shapes";
import { useReportWords } from "@/i18n/report";
import { useFormat } from "@/i18n/words";
import { useMarket } from "@/market";
import { AskForReport } from "@/pages/stock/AskForReport";
import { ReportText } from "@/pages/stock/ReportText";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { MoreButton } from "@/parts/MoreButton";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

/** The newest report with its age and prices, the way to a newer one with what that costs, and the earlier ones. */
export function ReportSection({ stock }: { stock: StockDetail }) {
  const words = useReportWords();
  const found = useInfiniteQuery(reports(stock.market, stock.symbol));
  return (
    <Section title={words.title} aside={<AskForReport market={stock.market} symbol={stock.symbol} />}>
      <p className="mb-3 max-w-prose text-soft">{words.help}</p>
      <Answered query={found} skeleton={<SkeletonLines count={8} />}>
        {({ pages }) => {
          const [newest, ...earlier] = pages.flatMap((page) => page.items);
          if (newest === undefined) return <EmptyState title={words.none} help={words.noneHelp} />;
          return (
            <>
              <ReportText report={newest} />
              {earlier.length > 0 && (
                <div className="mt-4 border-t border-line pt-3">
                  <h3 className="mb-2 font-medium">{words.history}</h3>
                  <ul className="grid gap-2">
                    {earlier.map((report) => (
                      <Earlier key={report.report_id} report={report} />
                    ))}
                  </ul>
                  <MoreButton query={found} shown={earlier.length} />
                </div>
              )}
            </>
          );
        }}
      </Answered>
    </Section>
  );
}

function Earlier({ report }: { report: Report }) {
  const words = useReportWords();
  const format = useFormat();
  const timezone = useMarket(report.market)?.timezone;
  return (
    <li>
      <details>
        <summary className="w-fit">
          <time dateTime={report.cutoff_at}>{format.time(report.cutoff_at, timezone)}</time>{" "}
          <span className="text-soft">
            {report.model} · {words.reasons[report.reason]}
          </span>
        </summary>
        <div className="mt-2 border-l-2 border-line pl-3">
          <ReportText report={report} />
        </div>
      </details>
    </li>
  );
}
