import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { models } from "@/api/queries";
import type { NewEnsemble } from "@/api/shapes";
import { Field } from "@/forms/Field";
import { SaveButton } from "@/forms/SaveButton";
import { SelectField } from "@/forms/SelectField";
import { typed } from "@/forms/typed";
import { useRegistryWords } from "@/i18n/registry";
import { useNewEnsemble } from "@/pages/registry/changes";
import { CloseLink } from "@/pages/registry/links";
import { Section } from "@/parts/Section";
import { isEnsemble } from "@/providers";

const route = getRouteApi("/registry");
const RULES = ["mean", "log_odds_mean"] as const satisfies readonly NewEnsemble["identifier"][];

/** Several models' answers as one, from now on. */
export function NewEnsembleForm() {
  const words = useRegistryWords();
  const navigate = route.useNavigate();
  const adding = useNewEnsemble();
  const [faults, setFaults] = useState<{ model?: string; members?: string }>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const model = typed(form, "model");
    const members = form.getAll("members").map(String);
    const isTooFew = members.length === 1;
    setFaults({ model: model === "" ? words.missing : undefined, members: isTooFew ? words.tooFew : undefined });
    if (model === "" || isTooFew || adding.isPending) return;
    const identifier = RULES.find((each) => each === form.get("identifier")) ?? "mean";
    const open = () => navigate({ search: (search) => ({ ...search, add: undefined, open: model }) });
    adding.mutate({ model, identifier, members, is_active: form.has("is_active") }, { onSuccess: () => void open() });
  };
  return (
    <Section title={words.addEnsemble} aside={<CloseLink />}>
      <form noValidate onSubmit={submit} className="grid gap-3" aria-label={words.addEnsemble}>
        <Field name="model" label={words.name} help={words.nameHelp} maxLength={64} autoComplete="off" fault={faults.model} />
        <SelectField
          name="identifier"
          label={words.ensembleRule}
          options={RULES.map((each) => ({ value: each, label: words.ensembleRules[each] }))}
        />
        <MemberChoice fault={faults.members} />
        <label className="flex items-center gap-2">
          <input type="checkbox" name="is_active" defaultChecked /> {words.isActive}
        </label>
        <SaveButton label={words.addEnsemble} change={adding} />
      </form>
    </Section>
  );
}

function MemberChoice({ fault }: { fault?: string }) {
  const words = useRegistryWords();
  const found = useQuery(models());
  const able = (found.data ?? []).filter((model) => !model.is_floor && !isEnsemble(model));
  return (
    <fieldset className="grid gap-1">
      <legend className="font-medium">{words.members}</legend>
      {able.map(({ model }) => (
        <label key={model} className="flex items-center gap-2">
          <input type="checkbox" name="members" value={model} /> {model}
        </label>
      ))}
      <p className="text-xs text-soft">{words.membersHelp}</p>
      {fault !== undefined && <p className="text-bad">{fault}</p>}
    </fieldset>
  );
}
