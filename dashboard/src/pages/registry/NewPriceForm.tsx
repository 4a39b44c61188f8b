import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Field } from "@/forms/Field";
import { SaveButton } from "@/forms/SaveButton";
import { typed } from "@/forms/typed";
import { useRegistryWords } from "@/i18n/registry";
import { useNewPrice } from "@/pages/registry/changes";
import { CloseLink } from "@/pages/registry/links";
import { Section } from "@/parts/Section";

const route = getRouteApi("/registry");
const AMOUNTS = ["input_usd", "cached_input_usd", "output_usd"] as const;
const NAMES = ["price_entry", "from_date", ...AMOUNTS, "note"] as const;

/** What a price entry, new or known, costs from a day on. */
export function NewPriceForm() {
  const words = useRegistryWords();
  const navigate = route.useNavigate();
  const adding = useNewPrice();
  const [faults, setFaults] = useState<Partial<Record<(typeof NAMES)[number], string>>>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const asked = Object.fromEntries(NAMES.map((name) => [name, typed(data, name)])) as Record<(typeof NAMES)[number], string>;
    const empty = NAMES.filter((name) => asked[name] === "");
    setFaults(Object.fromEntries(empty.map((name) => [name, words.missing])));
    if (empty.length > 0 || adding.isPending) return;
    const close = () => navigate({ search: (search) => ({ ...search, add: undefined }) });
    adding.mutate(asked, { onSuccess: () => void close() });
  };
  const titles = { input_usd: words.input, cached_input_usd: words.cached, output_usd: words.output };
  return (
    <Section title={words.addPrice} aside={<CloseLink />}>
      <form noValidate onSubmit={submit} className="grid gap-3" aria-label={words.addPrice}>
        <Field name="price_entry" label={words.entry} maxLength={64} autoComplete="off" fault={faults.price_entry} />
        <Field name="from_date" type="date" label={words.from} help={words.fromHelp} fault={faults.from_date} />
        {AMOUNTS.map((name) => (
          <Field
            key={name}
            name={name}
            type="number"
            min={0}
            step="any"
            label={`${titles[name]} (${words.perMillion})`}
            fault={faults[name]}
          />
        ))}
        <Field name="note" label={words.note} help={words.priceNoteHelp} maxLength={120} autoComplete="off" fault={faults.note} />
        <SaveButton label={words.addPrice} change={adding} />
      </form>
    </Section>
  );
}
