import { type FormEvent, useState } from "react";
import type { NewAlias, StockAlias } from "@/api/shapes";
import { Field } from "@/forms/Field";
import { SaveButton } from "@/forms/SaveButton";
import { SelectField } from "@/forms/SelectField";
import { typed } from "@/forms/typed";
import { useStocksWords } from "@/i18n/stocks";
import { type Stocked, useNewAlias } from "@/pages/stocks/changes";

const KINDS = ["alias", "name", "ticker", "code"] as const satisfies readonly StockAlias["kind"][];

/** Another name that texts use from now on. */
export function AliasForm({ path }: { path: Stocked }) {
  const words = useStocksWords();
  const adding = useNewAlias(path);
  const [fault, setFault] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const asked = aliasIn(new FormData(form));
    setFault(asked.alias === "" ? words.aliasMissing : undefined);
    if (asked.alias !== "" && !adding.isPending) adding.mutate(asked, { onSuccess: () => form.reset() });
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-3 rounded bg-sunken p-3" aria-label={words.newAlias}>
      <Field name="alias" label={words.newAlias} maxLength={120} autoComplete="off" fault={fault} />
      <SelectField name="kind" label={words.kind} options={KINDS.map((kind) => ({ value: kind, label: words.kinds[kind] }))} />
      <label className="flex items-start gap-2">
        <input type="checkbox" name="needs_context" className="mt-1" />
        <span>
          {words.needsContext}
          <span className="block text-xs text-soft">{words.needsContextHelp}</span>
        </span>
      </label>
      <SaveButton label={words.addAlias} change={adding} />
    </form>
  );
}

function aliasIn(form: FormData): NewAlias {
  return {
    alias: typed(form, "alias"),
    kind: KINDS.find((kind) => kind === form.get("kind")) ?? "alias",
    needs_context: form.has("needs_context"),
  };
}
