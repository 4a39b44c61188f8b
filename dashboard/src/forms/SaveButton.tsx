import { Fault } from "@/forms/Fault";
import { useFormsWords } from "@/i18n/forms";

type Props = {
  label: string;
  change: { isPending: boolean; isSuccess: boolean; error: Error | null };
};

/** The button that sends a form, and below it what became of it. */
export function SaveButton({ label, change }: Props) {
  const words = useFormsWords();
  return (
    <>
      {change.error && <Fault error={change.error} />}
      <p className="flex flex-wrap items-center gap-3">
        <button type="submit" className="control control-chosen font-medium" aria-disabled={change.isPending}>
          {label}
        </button>
        <span role="status" className="text-soft">
          {change.isPending ? words.saving : change.isSuccess ? `✓ ${words.saved}` : ""}
        </span>
      </p>
    </>
  );
}
