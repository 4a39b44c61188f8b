import { Link } from "@tanstack/react-router";
import { useWords } from "@/i18n/words";
import { EmptyState } from "@/parts/EmptyState";
import { PageHeader } from "@/parts/PageHeader";

/** An address that leads nowhere. */
export function NotFound() {
  const words = useWords();
  return (
    <>
      <PageHeader title={words.notFound.title} />
      <EmptyState title={words.notFound.lead}>
        <Link to="/" className="control inline-flex items-center">
          {words.problem.toOverview}
        </Link>
      </EmptyState>
    </>
  );
}
