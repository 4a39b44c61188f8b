import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, type RefObject, useState } from "react";
import type { Prompt } from "@/api/shapes";
import { AreaField } from "@/forms/AreaField";
import { Field } from "@/forms/Field";
import { SaveButton } from "@/forms/SaveButton";
import { typed } from "@/forms/typed";
import { useRegistryWords } from "@/i18n/registry";
import { useNewPrompt } from "@/pages/registry/changes";

const route = getRouteApi("/registry");
const NAMES = ["prompt_version", "note", "instructions", "question"] as const;
const TEXT_LIMIT = 20_000;

type Props = { from: Prompt; form: RefObject<HTMLFormElement | null> };

/** The next version, which starts with the text of the one before; afterwards it is open to read. */
export function NewPromptForm({ from, form }: Props) {
  const words = useRegistryWords();
  const navigate = route.useNavigate();
  const adding = useNewPrompt();
  const [faults, setFaults] = useState<Partial<Record<(typeof NAMES)[number], string>>>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const asked = Object.fromEntries(NAMES.map((name) => [name, typed(data, name)])) as Record<(typeof NAMES)[number], string>;
    const empty = NAMES.filter((name) => asked[name] === "");
    setFaults(Object.fromEntries(empty.map((name) => [name, words.missing])));
    if (empty.length > 0 || adding.isPending) return;
    const open = () => navigate({ search: (search) => ({ ...search, add: undefined, open: asked.prompt_version }) });
    adding.mutate({ ...asked, purpose: from.purpose }, { onSuccess: () => void open() });
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="grid min-w-0 gap-3" aria-label={words.newPrompt(from.prompt_version)}>
      <Field name="prompt_version" label={words.version} help={words.versionHelp} maxLength={64} autoComplete="off" fault={faults.prompt_version} />
      <Field name="note" label={words.note} help={words.noteHelp} maxLength={120} autoComplete="off" fault={faults.note} />
      <AreaField
        name="instructions"
        label={words.instructions}
        help={words.instructionsHelp}
        defaultValue={from.instructions}
        maxLength={TEXT_LIMIT}
        rows={12}
        fault={faults.instructions}
      />
      <AreaField
        name="question"
        label={words.question}
        help={words.questionHelp}
        defaultValue={from.question}
        maxLength={TEXT_LIMIT}
        rows={12}
        fault={faults.question}
      />
      <SaveButton label={words.keep} change={adding} />
    </form>
  );
}
