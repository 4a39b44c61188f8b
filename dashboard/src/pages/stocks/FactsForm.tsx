import { type FormEvent, useState } from "react";
import type { StockChange, StockDetail } from "@/api/shapes";
import { Field } from "@/forms/Field";
import { SaveButton } from "@/forms/SaveButton";
import { typed, typedOrNull } from "@/forms/typed";
import { useStocksWords } from "@/i18n/stocks";
import { useStockChange } from "@/pages/stocks/changes";
import { PriorityField } from "@/pages/stocks/PriorityField";

const NAME_LIMIT = 120;

/** Names, sector and priority; only what differs is sent. */
export function FactsForm({ stock }: { stock: StockDetail }) {
  const words = useStocksWords();
  const change = useStockChange({ market: stock.market, symbol: stock.symbol });
  const [fault, setFault] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const asked = changeIn(new FormData(event.currentTarget), stock);
    setFault(asked.name === "" ? words.nameMissing : undefined);
    if (asked.name !== "" && !change.isPending) change.mutate(asked);
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-3" aria-label={words.facts}>
      <Field name="name" label={words.name} defaultValue={stock.name} maxLength={NAME_LIMIT} help={words.nameHelp} fault={fault} />
      <Field name="name_en" label={words.nameEn} defaultValue={stock.name_en ?? ""} maxLength={NAME_LIMIT} />
      <Field name="sector" label={words.sector} defaultValue={stock.sector ?? ""} maxLength={NAME_LIMIT} />
      <PriorityField value={stock.priority} />
      <SaveButton label={words.save} change={change} />
    </form>
  );
}

function changeIn(form: FormData, stock: StockDetail): StockChange {
  const asked = {
    name: typed(form, "name"),
    name_en: typedOrNull(form, "name_en"),
    sector: typedOrNull(form, "sector"),
    priority: Number(form.get("priority")),
  };
  const differing = Object.entries(asked).filter(([name, value]) => value !== stock[name as keyof typeof asked]);
  return Object.fromEntries(differing);
}
