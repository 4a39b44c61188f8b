import { getRouteApi, Link } from "@tanstack/react-router";
import { NeedsRole } from "@/forms/NeedsRole";
import { useRegistryWords } from "@/i18n/registry";
import { ChangesPart } from "@/pages/registry/ChangesPart";
import { ModelsPart } from "@/pages/registry/ModelsPart";
import { PricesPart } from "@/pages/registry/PricesPart";
import { PromptsPart } from "@/pages/registry/PromptsPart";
import { useMayChange } from "@/pages/registry/links";
import { PageHeader } from "@/parts/PageHeader";
import { PARTS } from "@/search/registry";

const route = getRouteApi("/registry");

/** Which models there are, what they are told, what they cost, and who changed that. */
export function RegistryPage() {
  const words = useRegistryWords();
  const { part } = route.useSearch();
  const mayChange = useMayChange();
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <nav aria-label={words.partsLabel} className="flex flex-wrap gap-1">
          {PARTS.map((each) => (
            <Link
              key={each}
              to="/registry"
              search={(before) => ({ market: before.market, part: each })}
              activeOptions={{ exact: true }}
              aria-current={each === part ? "page" : undefined}
              className={`control inline-flex items-center no-underline ${each === part ? "control-chosen" : "text-ink"}`}
            >
              {words.parts[each]}
            </Link>
          ))}
        </nav>
      </PageHeader>
      {!mayChange && part !== "changes" && <p className="mb-3 text-soft">{words.readOnly}</p>}
      {part === "models" && <ModelsPart />}
      {part === "prompts" && <PromptsPart />}
      {part === "prices" && <PricesPart />}
      {part === "changes" && (
        <NeedsRole least="admin">
          <ChangesPart />
        </NeedsRole>
      )}
    </>
  );
}
