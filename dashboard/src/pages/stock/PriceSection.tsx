import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { bars } from "@/api/queries";
import type { Bars } from "@/api/shapes";
import { firstDay } from "@/charts/bars";
import { CandleChart } from "@/charts/CandleChart";
import { forecastMarks, newsMarks } from "@/charts/marks";
import { useChartsWords } from "@/i18n/charts";
import { useStockWords } from "@/i18n/stock";
import { useMarket } from "@/market";
import { type StockQuestion, useForecasts, useStockNews } from "@/pages/stock/question";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { Skeleton } from "@/parts/Skeleton";
import { RANGES } from "@/search/stock";

type Props = {
  question: StockQuestion;
  newest: string | undefined;
  /** A mark of news was chosen. */
  onNews: (newsId: number) => void;
};

/** The candles of the chosen span with the marks of news and forecasts. */
export function PriceSection({ question, newest, onNews }: Props) {
  const words = useStockWords();
  const { code, symbol, search } = question;
  const first = newest === undefined ? null : firstDay(search.range, newest);
  const found = useQuery({ ...bars(code, symbol, { first: first ?? undefined }), enabled: newest !== undefined });
  return (
    <Section title={words.price} aside={<RangeLinks chosen={search.range} />}>
      <p className="mb-3 max-w-prose text-soft">{words.priceHelp}</p>
      {newest === undefined ? (
        <EmptyState title={words.noBars} help={words.noBarsHelp} />
      ) : (
        <Answered query={found} skeleton={<Skeleton size="h-96 w-full sm:h-[30rem]" />}>
          {(span) => <MarkedCandles span={span} question={question} newest={newest} onNews={onNews} />}
        </Answered>
      )}
    </Section>
  );
}

type MarkedProps = Props & { span: Bars; newest: string };

function MarkedCandles({ span, question, newest, onNews }: MarkedProps) {
  const navigate = useNavigate();
  const marks = useMarks(span, question, newest);
  const words = useStockWords();
  if (span.items.length === 0) return <EmptyState title={words.noBars} help={words.noBarsHelp} />;
  const open = (mark: string) => {
    const [kind, id = ""] = mark.split(":");
    if (kind === "forecast") void navigate({ to: "/predictions/$predictionId", params: { predictionId: id } });
    else onNews(Number(id));
  };
  return <CandleChart bars={span} marks={marks} onMark={open} />;
}

function useMarks(span: Bars, question: StockQuestion, newest: string) {
  const timezone = useMarket(question.code)?.timezone;
  const news = useStockNews(question.code, question.symbol).data;
  const forecasts = useForecasts(question, newest).data;
  return useMemo(() => {
    const days = span.items.map((bar) => bar.session_date);
    const articles = news?.pages.flatMap((page) => page.items) ?? [];
    const said = forecasts?.pages.flatMap((page) => page.items) ?? [];
    return [...(timezone === undefined ? [] : newsMarks(articles, days, timezone)), ...forecastMarks(said, days)];
  }, [span, news, forecasts, timezone]);
}

function RangeLinks({ chosen }: { chosen: StockQuestion["search"]["range"] }) {
  const words = useChartsWords();
  return (
    <nav aria-label={words.range} className="flex flex-wrap gap-1">
      {RANGES.map((range) => (
        <Link
          key={range}
          to="."
          search={(before) => ({ ...before, range })}
          replace
          resetScroll={false}
          activeOptions={{ exact: true }}
          title={words.rangesLong[range]}
          className={`control inline-flex items-center no-underline ${range === chosen ? "control-chosen" : ""}`}
        >
          {words.ranges[range]}
        </Link>
      ))}
    </nav>
  );
}
