import { Link } from "@tanstack/react-router";
import type { Prediction } from "@/api/shapes";
import { useStockWords } from "@/i18n/stock";
import { useFormat, useWords } from "@/i18n/words";
import { type StockQuestion, useForecasts } from "@/pages/stock/question";
import { Answered } from "@/parts/Answered";
import { OriginBadge } from "@/parts/badges";
import { Choice } from "@/parts/Choice";
import { HorizonChoice } from "@/parts/choices";
import { DataTable } from "@/parts/DataTable";
import { DirectionMark } from "@/parts/DirectionMark";
import { EmptyState } from "@/parts/EmptyState";
import { LongList } from "@/parts/LongList";
import { OutcomeText } from "@/parts/OutcomeText";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";

const STEP = 10;

/** What the chosen model said of this stock, newest first, each with its outcome and the way to its evidence. */
export function ForecastSection({ question, newest }: { question: StockQuestion; newest: string | undefined }) {
  const words = useStockWords();
  const found = useForecasts(question, newest);
  return (
    <Section title={words.forecasts}>
      <div className="mb-3 flex flex-wrap gap-3">
        <ModelChoice question={question} />
        <HorizonChoice value={question.search.horizon} onChoose={(horizon) => question.change({ horizon })} />
      </div>
      <Answered query={found} skeleton={<SkeletonLines count={8} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length === 0) return <EmptyState title={words.noForecasts} help={words.noForecastsHelp} />;
          return (
            <LongList rows={rows} step={STEP} query={found}>
              {(shown) => <ForecastTable rows={shown} />}
            </LongList>
          );
        }}
      </Answered>
    </Section>
  );
}

function ModelChoice({ question }: { question: StockQuestion }) {
  const words = useWords().common;
  const options = question.models?.map((each) => ({
    value: each.model,
    label: each.is_floor ? `${each.model} (${words.floor})` : each.model,
  }));
  return (
    <Choice
      label={words.model}
      value={question.model ?? ""}
      options={options ?? [{ value: question.model ?? "", label: question.model ?? "…" }]}
      onChoose={(model) => question.change({ model })}
    />
  );
}

function ForecastTable({ rows }: { rows: Prediction[] }) {
  const words = useStockWords();
  const common = useWords().common;
  return (
    <div className="relative max-h-[32rem] overflow-y-auto">
      <DataTable
        label={words.forecasts}
        columns={[common.session, common.direction, common.outcome, common.origin]}
        rows={rows.map((row) => ({
          key: row.prediction_id,
          cells: [
            <Session key="session" row={row} />,
            <Call key="call" row={row} />,
            <OutcomeText key="outcome" settlement={row.settlement} market={row.market} />,
            <Origin key="origin" row={row} />,
          ],
        }))}
      />
    </div>
  );
}

function Session({ row }: { row: Prediction }) {
  const words = useStockWords();
  return (
    <span className="block whitespace-nowrap">
      <span className="block">{row.session_date}</span>
      <Link
        to="/predictions/$predictionId"
        params={{ predictionId: String(row.prediction_id) }}
        aria-label={words.evidenceOf(row.model, row.session_date)}
        className="text-xs"
      >
        {words.evidence}
      </Link>
    </span>
  );
}

function Call({ row }: { row: Prediction }) {
  const words = useStockWords();
  const common = useWords().common;
  const format = useFormat();
  return (
    <>
      {row.outcome_class === "ok" ? (
        <>
          <DirectionMark direction={row.direction} market={row.market} /> {format.share(row.probability)}
        </>
      ) : (
        common.outcomeClasses[row.outcome_class]
      )}
      <span className="block text-xs whitespace-nowrap text-soft">{words.base(format.share(row.climatology))}</span>
    </>
  );
}

function Origin({ row }: { row: Prediction }) {
  const words = useStockWords();
  return (
    <>
      <OriginBadge origin={row.origin} />
      {row.degraded.length > 0 && (
        <span className="badge ml-1 text-warn" title={row.degraded.join(", ")}>
          {words.degraded}
        </span>
      )}
    </>
  );
}
