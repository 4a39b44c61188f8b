import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { models } from "@/api/queries";
import type { Model } from "@/api/shapes";
import { Panel } from "@/forms/Panel";
import { useRegistryWords } from "@/i18n/registry";
import { useFormat, useWords } from "@/i18n/words";
import { useUsd } from "@/money";
import { byName } from "@/order";
import { AddLink, OpenLink, useMayChange } from "@/pages/registry/links";
import { ModelPanel } from "@/pages/registry/ModelPanel";
import { NewEnsembleForm } from "@/pages/registry/NewEnsembleForm";
import { NewModelForm } from "@/pages/registry/NewModelForm";
import { Answered } from "@/parts/Answered";
import { ModelName } from "@/parts/badges";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";
import { knowledgeOf } from "@/providers";

const route = getRouteApi("/registry");

/** Every model with what it is asked with; administrators change it beside the list. */
export function ModelsPart() {
  const words = useRegistryWords();
  const { open, add } = route.useSearch();
  const mayChange = useMayChange();
  const found = useQuery(models());
  const isOpen = mayChange && (open !== undefined || add !== undefined);
  return (
    <div className={`grid items-start gap-4 ${isOpen ? "lg:grid-cols-[1fr_26rem]" : ""}`}>
      {isOpen && <Panel key={`${open} ${add}`}><OpenPart /></Panel>}
      <Section title={words.parts.models} aside={mayChange && <AddLinks />}>
        <Answered query={found} skeleton={<SkeletonLines count={8} size="h-12 w-full" />}>
          {(all) => (all.length === 0 ? <EmptyState title={words.noModels} /> : <ModelTable models={all} />)}
        </Answered>
      </Section>
    </div>
  );
}

function OpenPart() {
  const { open, add } = route.useSearch();
  if (add === "ensemble") return <NewEnsembleForm />;
  return add ? <NewModelForm /> : <ModelPanel name={open ?? ""} />;
}

function AddLinks() {
  const words = useRegistryWords();
  return (
    <span className="flex flex-wrap gap-2">
      <AddLink>{words.addModel}</AddLink>
      <AddLink what="ensemble">{words.addEnsemble}</AddLink>
    </span>
  );
}

function ModelTable({ models: all }: { models: Model[] }) {
  const words = useRegistryWords();
  const common = useWords().common;
  const { open } = route.useSearch();
  const mayChange = useMayChange();
  const columns = [words.state, words.provider, words.prompt, words.price, words.cutoff];
  return (
    <DataTable
      label={words.parts.models}
      columns={mayChange ? [common.model, words.change, ...columns] : [common.model, ...columns]}
      rows={[...all].sort(byName).map((model) => ({
        key: model.model,
        cells: [
          <ModelName key="model" model={model.model} isFloor={model.is_floor} />,
          ...(mayChange ? [<ChangeLink key="change" model={model} isOpen={model.model === open} />] : []),
          <StateMark key="state" model={model} />,
          <>
            {model.provider}
            <span className="block text-xs break-words text-soft">{model.identifier}</span>
          </>,
          model.prompt_version,
          <Price key="price" model={model} />,
          knowledgeOf(model, words),
        ],
      }))}
    />
  );
}

/** Floors are always asked: they have nothing to change. */
function ChangeLink({ model, isOpen }: { model: Model; isOpen: boolean }) {
  const words = useRegistryWords();
  if (model.is_floor) return null;
  return (
    <OpenLink name={model.model} label={words.changeOf(model.model)} isOpen={isOpen}>
      {words.change}
    </OpenLink>
  );
}

/** Asked or not, by a sign and a word; and where its provider asked for patience, until when and why. */
export function StateMark({ model }: { model: Model }) {
  const words = useRegistryWords();
  const format = useFormat();
  return (
    <>
      <span className={`whitespace-nowrap ${model.is_active ? "" : "text-soft"}`}>
        <span aria-hidden>{model.is_active ? "✓" : "❚❚"}</span> {model.is_active ? words.active : words.inactive}
      </span>
      {model.waits_until_at !== null && (
        <span className="block max-w-56 text-xs text-warn">
          {words.waits(format.time(model.waits_until_at))}: {model.waits_because}
        </span>
      )}
    </>
  );
}

function Price({ model }: { model: Model }) {
  const words = useRegistryWords();
  const usd = useUsd();
  if (model.price_entry === null) return <span className="text-soft">{words.free}</span>;
  return (
    <>
      {model.price_entry}
      {model.price !== null && (
        <span className="block text-xs whitespace-nowrap text-soft" title={words.perMillion}>
          {words.priceOf(usd(model.price.input_usd), usd(model.price.output_usd))}
        </span>
      )}
    </>
  );
}
