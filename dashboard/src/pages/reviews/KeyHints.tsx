import { useReviewsWords } from "@/i18n/reviews";

/** Which keys do what in the queue. */
export function KeyHints() {
  const { keys } = useReviewsWords();
  const hints = [
    ["↑ ↓", keys.move],
    ["y", keys.confirm],
    ["n", keys.reject],
    ["u", keys.undo],
  ] as const;
  return (
    <ul aria-label={keys.title} className="flex flex-wrap gap-x-4 gap-y-1">
      {hints.map(([key, meaning]) => (
        <li key={key}>
          <kbd>{key}</kbd> {meaning}
        </li>
      ))}
    </ul>
  );
}
