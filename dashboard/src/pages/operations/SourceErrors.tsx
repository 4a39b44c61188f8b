import type { SourceHealth } from "@/api/shapes";
import { useSourcesWords } from "@/i18n/sources";
import { useFormat } from "@/i18n/words";

/** In which ways a source failed in the last seven days, and what it said last. */
export function SourceErrors({ errors }: { errors: SourceHealth["errors"] }) {
  const words = useSourcesWords();
  const format = useFormat();
  if (errors.length === 0) return <span className="text-soft">{words.noErrors}</span>;
  return (
    <ul className="grid gap-1">
      {errors.map((each) => (
        <li key={each.error_class}>
          <span className="whitespace-nowrap">
            {words.classes[each.error_class as keyof typeof words.classes] ?? each.error_class} × {format.count(each.count)}
          </span>
          <span className="block min-w-40 text-xs text-soft">
            {format.ago(each.last_at)}
            {each.detail !== null && ` · ${each.detail}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
