import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { stock } from "@/api/queries";
import { useStockWords } from "@/i18n/stock";
import { ForecastSection } from "@/pages/stock/ForecastSection";
import { NewsSection, type Pointed } from "@/pages/stock/NewsSection";
import { PriceSection } from "@/pages/stock/PriceSection";
import { RecordSection } from "@/pages/stock/RecordSection";
import { ReportPlace } from "@/pages/stock/ReportPlace";
import { StockHeader } from "@/pages/stock/StockHeader";
import { useStockQuestion } from "@/pages/stock/question";
import { Answered } from "@/parts/Answered";
import { PageHeader } from "@/parts/PageHeader";
import { SkeletonLines } from "@/parts/Skeleton";

/** One stock: its price with marks, its news, what a model said of it, and how every model has come out on it. */
export function StockPage() {
  const words = useStockWords();
  const question = useStockQuestion();
  const { code, symbol, search } = question;
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const detail = useQuery(stock(code, symbol, { board: search.board, horizon: search.horizon }));
  return (
    <>
      <Answered
        query={detail}
        heading={<PageHeader title={`${words.title} ${symbol}`} />}
        skeleton={<SkeletonLines count={12} size="h-14 w-full" />}
      >
        {(found) => (
          <>
            <StockHeader stock={found} />
            <div className="grid gap-4">
              <PriceSection
                question={question}
                newest={found.newest_bar?.session_date}
                onNews={(newsId) => setPointed({ newsId })}
              />
              <div className="grid items-start gap-4 lg:grid-cols-2">
                <ForecastSection question={question} newest={found.newest_bar?.session_date} />
                <NewsSection code={code} symbol={symbol} pointed={pointed} />
              </div>
              <RecordSection records={found.records} search={search} />
              {found.kind === "stock" && <ReportPlace stock={found} />}
            </div>
          </>
        )}
      </Answered>
    </>
  );
}
