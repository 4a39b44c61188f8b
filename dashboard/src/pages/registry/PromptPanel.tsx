import { useRef } from "react";
import type { AskedPreview, Prompt } from "@/api/shapes";
import { typed } from "@/forms/typed";
import { useRegistryWords } from "@/i18n/registry";
import { AddLink, CloseLink, useMayChange } from "@/pages/registry/links";
import { NewPromptForm } from "@/pages/registry/NewPromptForm";
import { Preview } from "@/pages/registry/Preview";
import { EmptyState } from "@/parts/EmptyState";
import { Machine } from "@/parts/Machine";
import { Section } from "@/parts/Section";

type Props = {
  name: string;
  all: Prompt[];
  /** Whether a new version is made from it. */
  isNew: boolean;
};

/** A version to read, or the form for the next one made from it; beside it what would be sent for a real day. */
export function PromptPanel({ name, all, isNew }: Props) {
  const words = useRegistryWords();
  const mayChange = useMayChange();
  const form = useRef<HTMLFormElement>(null);
  const prompt = all.find((each) => each.prompt_version === name);
  const isForm = isNew && mayChange;
  if (prompt === undefined) {
    return (
      <Section title={name} aside={<CloseLink />}>
        <EmptyState title={words.noPrompt(name)} />
      </Section>
    );
  }
  const asked = (): Pick<AskedPreview, "draft" | "prompt_version"> => {
    if (!isForm || form.current === null) return { prompt_version: name };
    const draft = new FormData(form.current);
    return { draft: { purpose: prompt.purpose, instructions: typed(draft, "instructions"), question: typed(draft, "question") } };
  };
  return (
    <Section
      title={isForm ? words.newPrompt(name) : name}
      aside={
        <span className="flex flex-wrap gap-2">
          {mayChange && !isForm && <AddLink from={name}>{words.derive}</AddLink>}
          <CloseLink />
        </span>
      }
    >
      <div className={`grid grid-cols-1 items-start gap-6 ${mayChange ? "lg:grid-cols-2" : ""}`}>
        {isForm ? <NewPromptForm from={prompt} form={form} /> : <PromptText prompt={prompt} />}
        {mayChange && (
          <div className="grid min-w-0 gap-3">
            <h3 className="font-medium">{words.preview}</h3>
            <Preview asked={asked} />
          </div>
        )}
      </div>
    </Section>
  );
}

function PromptText({ prompt }: { prompt: Prompt }) {
  const words = useRegistryWords();
  return (
    <div className="grid min-w-0 gap-3">
      {prompt.note !== "" && <p className="text-soft">{prompt.note}</p>}
      <Machine title={words.instructions} text={prompt.instructions} />
      <Machine title={words.question} text={prompt.question} />
    </div>
  );
}
