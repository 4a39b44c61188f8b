import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { models } from "@/api/queries";
import type { Model, NewAbTest } from "@/api/shapes";
import { Field } from "@/forms/Field";
import { SaveButton } from "@/forms/SaveButton";
import { SelectField } from "@/forms/SelectField";
import { typed, typedOrNull } from "@/forms/typed";
import { useAbTestsWords } from "@/i18n/abtests";
import { useFormat, useWords } from "@/i18n/words";
import { byName } from "@/order";
import { useNewTest } from "@/pages/abtests/changes";
import { PartLink } from "@/pages/abtests/links";
import { Answered } from "@/parts/Answered";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";
import { HORIZONS } from "@/search/fields";

const route = getRouteApi("/abtests");
const METRICS = ["hit", "brier"] as const;
const MODES = ["paired", "split"] as const;

/** States what will be compared, by what and from when, before it begins. */
export function NewTestForm({ market }: { market: string }) {
  const words = useAbTestsWords();
  const found = useQuery(models());
  return (
    <Section title={words.add} aside={<PartLink>{words.close}</PartLink>}>
      <p className="mb-4 max-w-prose text-soft">{words.addHelp}</p>
      <Answered query={found} skeleton={<SkeletonLines count={8} size="h-14 w-full" />}>
        {(all) => <Form market={market} models={all.filter((each) => each.is_active).sort(byName)} />}
      </Answered>
    </Section>
  );
}

function Form({ market, models: active }: { market: string; models: Model[] }) {
  const words = useAbTestsWords();
  const common = useWords().common;
  const navigate = route.useNavigate();
  const adding = useNewTest();
  const names = active.map(({ model }) => ({ value: model, label: model }));
  const [asked, setAsked] = useState<NewAbTest>({
    name: "", market, horizon: 1, model_a: names[0]?.value ?? "", model_b: names[1]?.value ?? "", mode: "paired",
    share_b: null, metric: "hit", edge: 0.02, alpha: 0.05, starts_on: null, is_default: false,
  });
  const [isMissing, setMissing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setMissing(asked.name === "");
    if (asked.name === "" || adding.isPending) return;
    adding.mutate(asked, {
      onSuccess: ({ test_id }) => void navigate({ search: (search) => ({ ...search, open: String(test_id), add: undefined }) }),
    });
  };
  return (
    <form
      noValidate
      onSubmit={submit}
      onChange={(event) => setAsked(askedIn(new FormData(event.currentTarget), market))}
      className="grid gap-4"
      aria-label={words.add}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <Field name="name" label={words.name} help={words.nameHelp} maxLength={64} autoComplete="off" fault={isMissing ? words.missing : undefined} />
        <SelectField name="model_a" label={words.first} options={names} defaultValue={asked.model_a} />
        <SelectField name="model_b" label={words.second} options={names} defaultValue={asked.model_b} />
        <SelectField name="metric" label={words.metric} options={METRICS.map((each) => ({ value: each, label: words.metrics[each] }))} />
        <SelectField name="horizon" label={common.horizon} options={HORIZONS.map((each) => ({ value: each, label: common.horizonOf(each) }))} />
        <SelectField name="mode" label={words.mode} help={words.modeHelp} options={MODES.map((each) => ({ value: each, label: words.modes[each] }))} />
        {asked.mode === "split" && (
          <Field name="share_b" type="number" min={5} max={95} step="any" defaultValue={50} label={words.share} help={words.shareHelp} />
        )}
        <Field name="edge" type="number" min={0.1} max={20} step="any" defaultValue={2} label={`${words.edge} (%)`} help={words.edgeHelp} />
        <Field name="alpha" type="number" min={0.1} max={20} step="any" defaultValue={5} label={`${words.alpha} (%)`} help={words.alphaHelp} />
        <Field name="starts_on" type="date" label={words.start} help={words.startHelp} />
      </div>
      <label className="flex items-center gap-2">
        <input type="checkbox" name="is_default" /> {words.makeDefault}
      </label>
      <Registration asked={asked} />
      <SaveButton label={words.register} change={adding} />
    </form>
  );
}

/** The sentence that is registered: what will be judged, and what its error rate means. */
function Registration({ asked }: { asked: NewAbTest }) {
  const words = useAbTestsWords();
  const format = useFormat();
  const share = asked.share_b ?? null;
  return (
    <div role="status" aria-label={words.promise} className="max-w-prose rounded bg-sunken p-3">
      <p className="font-medium">{words.promise}</p>
      <p>
        {share === null
          ? words.promisePaired(asked.model_a, asked.model_b, words.metrics[asked.metric ?? "hit"])
          : words.promiseSplit(asked.model_a, asked.model_b, words.metrics[asked.metric ?? "hit"], format.share(1 - share), format.share(share))}{" "}
        {words.promiseError(format.share(asked.alpha ?? 0), format.share(asked.edge ?? 0))}
      </p>
    </div>
  );
}

function askedIn(form: FormData, market: string): NewAbTest {
  const mode = typed(form, "mode") === "split" ? "split" : "paired";
  const percent = (name: string, usual: number) => Number(typed(form, name) || usual) / 100;
  return {
    name: typed(form, "name"),
    market,
    horizon: HORIZONS.find((each) => String(each) === typed(form, "horizon")) ?? 1,
    model_a: typed(form, "model_a"),
    model_b: typed(form, "model_b"),
    mode,
    share_b: mode === "split" ? percent("share_b", 50) : null,
    metric: typed(form, "metric") === "brier" ? "brier" : "hit",
    edge: percent("edge", 2),
    alpha: percent("alpha", 5),
    starts_on: typedOrNull(form, "starts_on"),
    is_default: form.get("is_default") !== null,
  };
}
