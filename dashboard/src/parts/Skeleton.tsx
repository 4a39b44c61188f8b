import { useWords } from "@/i18n/words";

/** A place of final size for what is still loading. `size` is Tailwind height and width classes. */
export function Skeleton({ size = "h-4 w-full" }: { size?: string }) {
  return <span aria-hidden className={`block animate-pulse rounded bg-sunken motion-reduce:animate-none ${size}`} />;
}

/** Lines of final height, announced once as loading. */
export function SkeletonLines({ count, size = "h-9 w-full" }: { count: number; size?: string }) {
  const words = useWords();
  return (
    <div role="status" className="grid gap-2">
      <span className="sr-only">{words.common.loading}</span>
      {Array.from({ length: count }, (_, line) => (
        <Skeleton key={line} size={size} />
      ))}
    </div>
  );
}
