import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { models } from "@/api/queries";
import type { Model } from "@/api/shapes";
import { Confirmed } from "@/forms/Confirmed";
import { Fault } from "@/forms/Fault";
import { SaveButton } from "@/forms/SaveButton";
import { useRegistryWords } from "@/i18n/registry";
import { useWords } from "@/i18n/words";
import { useModelChange } from "@/pages/registry/changes";
import { CloseLink } from "@/pages/registry/links";
import { askedIn, ModelFields } from "@/pages/registry/ModelFields";
import { StateMark } from "@/pages/registry/ModelsPart";
import { Answered } from "@/parts/Answered";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";
import { asksNobody, isEnsemble } from "@/providers";

/** Whether a model is asked, and with what. */
export function ModelPanel({ name }: { name: string }) {
  const words = useRegistryWords();
  const missing = useWords().problem;
  const found = useQuery(models());
  return (
    <Section title={words.changeOf(name)} aside={<CloseLink />}>
      <Answered query={found} skeleton={<SkeletonLines count={8} size="h-12 w-full" />}>
        {(all) => {
          const model = all.find((each) => each.model === name);
          if (model === undefined) return <EmptyState title={missing.missing} help={missing.missingHelp} />;
          return (
            <div className="grid grid-cols-1 gap-4">
              {!model.is_floor && <Switch model={model} />}
              {asksNobody(model) ? <p className="text-soft">{ruleOf(model)}</p> : <ChangeForm model={model} />}
            </div>
          );
        }}
      </Answered>
    </Section>
  );

  function ruleOf(model: Model): string {
    if (!isEnsemble(model)) return words.rule;
    const members = model.parameters.members as string[];
    return members.length === 0 ? words.ensembleOfAll : words.ensembleOf(members.join(", "));
  }
}

function Switch({ model }: { model: Model }) {
  const words = useRegistryWords();
  const change = useModelChange(model.model);
  const turn = () => change.mutate({ is_active: !model.is_active });
  return (
    <div className="grid gap-2 border-b border-line pb-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p role="status">
          <StateMark model={model} />
        </p>
        {model.is_active ? (
          <Confirmed action={words.switchOff} title={words.switchOffOf(model.model)} onConfirm={turn}>
            {words.switchOffHelp}
          </Confirmed>
        ) : (
          <button type="button" className="control" aria-disabled={change.isPending} onClick={turn}>
            {words.switchOn}
          </button>
        )}
      </div>
      {change.error && <Fault error={change.error} />}
    </div>
  );
}

function ChangeForm({ model }: { model: Model }) {
  const words = useRegistryWords();
  const change = useModelChange(model.model);
  const [faults, setFaults] = useState<{ identifier?: string; parameters?: string }>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const asked = askedIn(new FormData(event.currentTarget));
    setFaults({
      identifier: asked.identifier === "" ? words.missing : undefined,
      parameters: asked.parameters === undefined ? words.notJson : undefined,
    });
    if (asked.identifier !== "" && asked.parameters !== undefined && !change.isPending) change.mutate(asked);
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-3" aria-label={words.changeOf(model.model)}>
      <ModelFields model={model} faults={faults} />
      <SaveButton label={words.save} change={change} />
    </form>
  );
}
