import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { NewStock } from "@/api/shapes";
import { Field } from "@/forms/Field";
import { SaveButton } from "@/forms/SaveButton";
import { typed, typedOrNull } from "@/forms/typed";
import { useStocksWords } from "@/i18n/stocks";
import { useNewStock } from "@/pages/stocks/changes";
import { PriorityField } from "@/pages/stocks/PriorityField";
import { ClosePanel } from "@/pages/stocks/StockPanel";
import { Section } from "@/parts/Section";

const route = getRouteApi("/stocks");
const NAME_LIMIT = 120;
const USUAL_PRIORITY = 3;

/** A stock that the market follows from now on; afterwards its own settings are open. */
export function AddForm({ market }: { market: string }) {
  const words = useStocksWords();
  const navigate = route.useNavigate();
  const adding = useNewStock();
  const [missing, setMissing] = useState<{ symbol?: string; name?: string }>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const asked = stockIn(new FormData(event.currentTarget), market);
    setMissing({
      symbol: asked.symbol === "" ? words.symbolMissing : undefined,
      name: asked.name === "" ? words.nameMissing : undefined,
    });
    if (asked.symbol === "" || asked.name === "" || adding.isPending) return;
    const open = () => navigate({ search: (search) => ({ ...search, add: undefined, edit: asked.symbol }) });
    adding.mutate(asked, { onSuccess: () => void open() });
  };
  return (
    <Section title={words.addTo(market)} aside={<ClosePanel />}>
      <form noValidate onSubmit={submit} className="grid gap-3" aria-label={words.addTo(market)}>
        <Field name="symbol" label={words.symbol} maxLength={32} autoComplete="off" help={words.symbolHelp} fault={missing.symbol} />
        <Field name="name" label={words.name} maxLength={NAME_LIMIT} autoComplete="off" fault={missing.name} />
        <Field name="name_en" label={words.nameEn} maxLength={NAME_LIMIT} autoComplete="off" />
        <Field name="sector" label={words.sector} maxLength={NAME_LIMIT} autoComplete="off" />
        <PriorityField value={USUAL_PRIORITY} />
        <SaveButton label={words.add} change={adding} />
      </form>
    </Section>
  );
}

function stockIn(form: FormData, market: string): NewStock {
  return {
    market,
    symbol: typed(form, "symbol"),
    name: typed(form, "name"),
    name_en: typedOrNull(form, "name_en"),
    sector: typedOrNull(form, "sector"),
    kind: "stock",
    priority: Number(form.get("priority")),
  };
}
