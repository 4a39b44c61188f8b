import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { answer, api } from "@/api/client";
import { reportPrice } from "@/api/language";
import { useUser } from "@/api/session";
import type { ReportPrice } from "@/api/shapes";
import { Confirmed } from "@/forms/Confirmed";
import { Fault } from "@/forms/Fault";
import { useReportWords } from "@/i18n/report";
import { useFormat } from "@/i18n/words";
import { useUsd } from "@/money";
import { isAtLeast } from "@/roles";

type Props = { market: string; symbol: string };

/** The way to a new report: what it costs before anybody asks, and afterwards that it is waited for. */
export function AskForReport({ market, symbol }: Props) {
  const words = useReportWords();
  const format = useFormat();
  const price = useQuery(reportPrice(market, symbol)).data;
  const asking = useAsking({ market, symbol });
  const here = useLocation({ select: (location) => location.href });
  const { role } = useUser();
  if (price === undefined) return null;
  if (price.waiting_since_at !== null) {
    return (
      <p role="status" className="text-soft">
        {words.waiting(format.ago(price.waiting_since_at))}
      </p>
    );
  }
  if (!price.is_possible) return <p className="text-soft">{price.reason}</p>;
  if (!isAtLeast(role, "investor")) {
    return (
      <Link to="/login" search={{ next: here }} className="control inline-flex items-center">
        {words.login}
      </Link>
    );
  }
  return (
    <div className="grid justify-items-end gap-2">
      <AskButton price={price} onConfirm={() => asking.mutate()} />
      {asking.error && <Fault error={asking.error} />}
    </div>
  );
}

function AskButton({ price, onConfirm }: { price: ReportPrice; onConfirm: () => void }) {
  const words = useReportWords();
  const usd = useUsd();
  return (
    <Confirmed action={words.ask(usd(price.likely_usd))} title={words.askTitle} onConfirm={onConfirm}>
      <p className="font-medium text-ink">{words.askPrice(usd(price.likely_usd), usd(price.most_usd))}</p>
      <ul className="my-2 list-disc pl-5">
        {price.models.map(({ model, likely_usd, most_usd, basis }) => (
          <li key={model}>
            {words.askModel(model, usd(likely_usd), usd(most_usd))} ({words.askBasis[basis]})
          </li>
        ))}
      </ul>
      <p>{words.askWhen}</p>
    </Confirmed>
  );
}

function useAsking(path: Props) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.POST("/api/stocks/{market}/{symbol}/reports", { params: { path } })),
    onSuccess: (price) => queries.setQueryData(reportPrice(path.market, path.symbol).queryKey, price),
  });
}
