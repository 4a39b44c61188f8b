import { type RefObject, useEffect, useEffectEvent, useState } from "react";

interface Drawing {
  remove: () => void;
}

/**
 * A drawing made by a lazily loaded library inside `host`, made anew when `reason` changes and removed with its page.
 * Null until it stands; `failed` when the library could not be fetched.
 */
export function useDrawing<Made extends Drawing>(
  host: RefObject<HTMLElement | null>,
  draw: (element: HTMLElement) => Promise<Made>,
  reason: unknown,
): { drawing: Made | null; failed: boolean } {
  const [drawing, setDrawing] = useState<Made | null>(null);
  const [failed, setFailed] = useState(false);
  const start = useEffectEvent((element: HTMLElement) => draw(element));
  useEffect(() => {
    let made: Made | null = null;
    let isGone = false;
    const element = host.current;
    if (element === null) return;
    start(element).then(
      (ready) => {
        if (isGone) return ready.remove();
        made = ready;
        setDrawing(ready);
      },
      () => setFailed(true),
    );
    return () => {
      isGone = true;
      made?.remove();
      setDrawing(null);
    };
  }, [host, reason]);
  return { drawing, failed };
}
