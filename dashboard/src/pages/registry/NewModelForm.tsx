import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { NewModel } from "@/api/shapes";
import { Field } from "@/forms/Field";
import { SaveButton } from "@/forms/SaveButton";
import { SelectField } from "@/forms/SelectField";
import { typed } from "@/forms/typed";
import { useRegistryWords } from "@/i18n/registry";
import { useNewModel } from "@/pages/registry/changes";
import { CloseLink } from "@/pages/registry/links";
import { askedIn, ModelFields } from "@/pages/registry/ModelFields";
import { Section } from "@/parts/Section";

const route = getRouteApi("/registry");
const PROVIDERS = ["openai", "openrouter"] as const satisfies readonly NewModel["provider"][];

/** A model of a provider that is asked from now on; afterwards its own settings are open. */
export function NewModelForm() {
  const words = useRegistryWords();
  const navigate = route.useNavigate();
  const adding = useNewModel();
  const [faults, setFaults] = useState<{ model?: string; identifier?: string; parameters?: string }>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const model = typed(form, "model");
    const { parameters, ...asked } = askedIn(form);
    setFaults({
      model: model === "" ? words.missing : undefined,
      identifier: asked.identifier === "" ? words.missing : undefined,
      parameters: parameters === undefined ? words.notJson : undefined,
    });
    if (model === "" || asked.identifier === "" || parameters === undefined || adding.isPending) return;
    const provider = PROVIDERS.find((each) => each === form.get("provider")) ?? "openai";
    const open = () => navigate({ search: (search) => ({ ...search, add: undefined, open: model }) });
    adding.mutate({ ...asked, model, provider, parameters, is_active: form.has("is_active") }, { onSuccess: () => void open() });
  };
  return (
    <Section title={words.addModel} aside={<CloseLink />}>
      <form noValidate onSubmit={submit} className="grid gap-3" aria-label={words.addModel}>
        <Field name="model" label={words.name} help={words.nameHelp} maxLength={64} autoComplete="off" fault={faults.model} />
        <SelectField name="provider" label={words.provider} options={PROVIDERS.map((each) => ({ value: each, label: each }))} />
        <ModelFields faults={faults} />
        <label className="flex items-center gap-2">
          <input type="checkbox" name="is_active" defaultChecked /> {words.isActive}
        </label>
        <SaveButton label={words.addModel} change={adding} />
      </form>
    </Section>
  );
}
