import { type RefObject, useEffect, useEffectEvent, useState } from "react";

const RETRY_AFTER = 10_000;

interface Drawing {
  remove: () => void;
}

/**
 * A drawing made by a lazily loaded library inside `host`, made anew when `reason` changes and removed with its page.
 * Null until it stands; `failed` while the library could not be fetched, which is tried again by itself.
 */
export function useDrawing<Made extends Drawing>(
  host: RefObject<HTMLElement | null>,
  draw: (element: HTMLElement) => Promise<Made>,
  reason: unknown,
): { drawing: Made | null; failed: boolean } {
  const [drawing, setDrawing] = useState<Made | null>(null);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const start = useEffectEvent((element: HTMLElement) => draw(element));
  useEffect(() => {
    let made: Made | null = null;
    let isGone = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const element = host.current;
    if (element === null) return;
    start(element).then(
      (ready) => {
        if (isGone) return ready.remove();
        made = ready;
        setDrawing(ready);
        setFailed(false);
      },
      () => {
        if (isGone) return;
        setFailed(true);
        retry = setTimeout(() => setAttempt((count) => count + 1), RETRY_AFTER);
      },
    );
    return () => {
      isGone = true;
      clearTimeout(retry);
      made?.remove();
      setDrawing(null);
    };
  }, [host, reason, attempt]);
  return { drawing, failed };
}
