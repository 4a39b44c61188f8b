import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { AskedPreview, PromptPreview } from "@/api/shapes";
import { Fault } from "@/forms/Fault";
import { Field } from "@/forms/Field";
import { typed, typedOrNull } from "@/forms/typed";
import { useRegistryWords } from "@/i18n/registry";
import { useFormat, useWords } from "@/i18n/words";
import { useMarketCode } from "@/market";
import { useUsd } from "@/money";
import { usePreview } from "@/pages/registry/changes";
import { MarketChoice } from "@/parts/choices";
import { DataTable } from "@/parts/DataTable";
import { Facts } from "@/parts/Facts";
import { Machine } from "@/parts/Machine";
import { SkeletonLines } from "@/parts/Skeleton";

const route = getRouteApi("/registry");

/** The messages that a prompt would be sent as for a stock's session, and what that would cost. */
export function Preview({ asked }: { asked: () => Pick<AskedPreview, "draft" | "prompt_version"> }) {
  const words = useRegistryWords();
  const common = useWords().common;
  const { symbol, session } = route.useSearch();
  const navigate = route.useNavigate();
  const market = useMarketCode();
  const preview = usePreview();
  const [fault, setFault] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const which = { symbol: typed(form, "symbol"), session: typedOrNull(form, "session") };
    setFault(which.symbol === "" ? words.previewNeeds : undefined);
    if (which.symbol === "" || market === undefined || preview.isPending) return;
    void navigate({ search: (before) => ({ ...before, symbol: which.symbol, session: which.session ?? undefined }), replace: true, resetScroll: false });
    preview.mutate({ ...asked(), market, symbol: which.symbol, session_date: which.session });
  };
  return (
    <>
      <p className="text-soft">{words.previewHelp}</p>
      <form noValidate onSubmit={submit} className="grid gap-3 rounded bg-sunken p-3" aria-label={words.preview}>
        <MarketChoice
          value={market}
          onChoose={(chosen) => void navigate({ search: (before) => ({ ...before, market: chosen }), resetScroll: false })}
        />
        <Field name="symbol" label={common.stock} defaultValue={symbol} maxLength={32} autoComplete="off" fault={fault} />
        <Field name="session" type="date" label={words.session} defaultValue={session} />
        <p>
          <button type="submit" className="control control-chosen" aria-disabled={preview.isPending}>
            {words.show}
          </button>
        </p>
      </form>
      {preview.isPending && <SkeletonLines count={6} />}
      {preview.error && <Fault error={preview.error} />}
      {preview.data && <Rendered preview={preview.data} />}
    </>
  );
}

function Rendered({ preview }: { preview: PromptPreview }) {
  const words = useRegistryWords();
  const format = useFormat();
  const usd = useUsd();
  return (
    <section role="status" aria-label={words.messagesOf(preview.symbol, preview.session_date)} className="grid min-w-0 gap-3">
      <p className="font-medium">{words.messagesOf(preview.symbol, preview.session_date)}</p>
      <Facts
        facts={[
          [words.tokens, words.tokensOf(format.count(preview.likely_tokens), format.count(preview.most_tokens))],
          [words.answerTokens, words.answerTokensOf(format.count(preview.answer_tokens))],
        ]}
      />
      <DataTable
        label={words.costs}
        columns={[words.entry, words.likely, words.most, words.models]}
        rows={[...preview.estimates].sort((one, other) => other.models.length - one.models.length).map((each) => ({
          key: each.price_entry,
          cells: [each.price_entry, usd(each.likely_usd), usd(each.most_usd), each.models.join(", ")],
        }))}
      />
      {preview.messages.map((message, place) => (
        <Machine key={place} title={words.roles[message.role] ?? message.role} text={message.content} />
      ))}
    </section>
  );
}
