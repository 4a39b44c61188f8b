import { useOperationsWords } from "@/i18n/operations";
import { AlertSection } from "@/pages/operations/AlertSection";
import { FailedSection } from "@/pages/operations/FailedSection";
import { FreshnessSection } from "@/pages/operations/FreshnessSection";
import { ProcessSection } from "@/pages/operations/ProcessSection";
import { RunSection } from "@/pages/operations/RunSection";
import { SourceSection } from "@/pages/operations/SourceSection";
import { PageHeader } from "@/parts/PageHeader";

/** What on-call staff look at: freshness, sources, failed days, processes, runs and alerts. */
export function OperationsPage() {
  const words = useOperationsWords();
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <div className="grid gap-4">
        <FreshnessSection />
        <SourceSection />
        <FailedSection />
        <ProcessSection />
        <RunSection />
        <AlertSection />
      </div>
    </>
  );
}
