/** The fields that a new model and a changed one have in common, and how they are read. */
import { useQuery } from "@tanstack/react-query";
import { prices, prompts } from "@/api/language";
import type { Model, NewModel, Prompt } from "@/api/shapes";
import { AreaField } from "@/forms/AreaField";
import { Field } from "@/forms/Field";
import { SelectField } from "@/forms/SelectField";
import { typed, typedOrNull } from "@/forms/typed";
import { useRegistryWords } from "@/i18n/registry";
import { Answered } from "@/parts/Answered";
import { SkeletonLines } from "@/parts/Skeleton";

type Faults = { identifier?: string; parameters?: string };
type Asked = Pick<NewModel, "identifier" | "prompt_version" | "price_entry" | "knowledge_cutoff_date"> & {
  /** Undefined where what was typed is no JSON object. */
  parameters: NewModel["parameters"] | undefined;
};

/** Identifier, prompt, price, knowledge cut-off and parameters, as they are of `model`. */
export function ModelFields({ model, faults }: { model?: Model; faults: Faults }) {
  const words = useRegistryWords();
  return (
    <>
      <Field
        name="identifier"
        label={words.identifier}
        help={words.identifierHelp}
        defaultValue={model?.identifier}
        maxLength={128}
        autoComplete="off"
        fault={faults.identifier}
      />
      <Told model={model} />
      <Field
        name="knowledge_cutoff_date"
        type="date"
        label={words.cutoff}
        help={words.cutoffHelp}
        defaultValue={model?.knowledge_cutoff_date ?? undefined}
      />
      <AreaField
        name="parameters"
        label={words.parameters}
        help={words.parametersHelp}
        defaultValue={JSON.stringify(model?.parameters ?? {}, null, 2)}
        rows={5}
        fault={faults.parameters}
      />
    </>
  );
}

function Told({ model }: { model?: Model }) {
  const words = useRegistryWords();
  const known = useQuery(prompts());
  const priced = useQuery(prices());
  return (
    <>
      <Answered query={known} skeleton={<SkeletonLines count={1} size="h-14 w-full" />}>
        {(all) => (
          <SelectField
            name="prompt_version"
            label={words.prompt}
            help={words.promptHelp}
            defaultValue={model?.prompt_version ?? all.find((prompt) => prompt.purpose === "forecast")?.prompt_version}
            options={fitting(all, model).map((prompt) => ({
              value: prompt.prompt_version,
              label: `${prompt.prompt_version} · ${words.purposes[prompt.purpose]}`,
            }))}
          />
        )}
      </Answered>
      <Answered query={priced} skeleton={<SkeletonLines count={1} size="h-14 w-full" />}>
        {(all) => (
          <SelectField
            name="price_entry"
            label={words.price}
            defaultValue={model?.price_entry ?? undefined}
            options={all.filter((price) => price.is_in_force).map(({ price_entry: name }) => ({ value: name, label: name }))}
          />
        )}
      </Answered>
    </>
  );
}

/** A model goes on doing what it does: only prompts of the same purpose take the place of its own. */
function fitting(all: Prompt[], model: Model | undefined): Prompt[] {
  const own = all.find((prompt) => prompt.prompt_version === model?.prompt_version);
  return own === undefined ? all : all.filter((prompt) => prompt.purpose === own.purpose);
}

/** What stands in the fields. */
export function askedIn(form: FormData): Asked {
  return {
    identifier: typed(form, "identifier"),
    prompt_version: typed(form, "prompt_version"),
    price_entry: typed(form, "price_entry"),
    knowledge_cutoff_date: typedOrNull(form, "knowledge_cutoff_date"),
    parameters: objectIn(typed(form, "parameters")),
  };
}

function objectIn(text: string): NewModel["parameters"] | undefined {
  try {
    const found: unknown = JSON.parse(text === "" ? "{}" : text);
    return typeof found === "object" && found !== null && !Array.isArray(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
