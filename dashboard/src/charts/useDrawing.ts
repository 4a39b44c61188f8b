import { type RefObject, useEffect, useEffectEvent, useState } from "react";

/** Milliseconds in which the words around a chart are painted first. */
const PAINTED = 50;

interface Drawing {
  remove: () => void;
}

/**
 * A drawing made by a lazily loaded library inside `host` once that is about to be seen, made anew when `reason` changes
 * and removed with its page.
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
    const forget = whenNear(element, () => {
      start(element).then(
        (ready) => {
          if (isGone) return ready.remove();
          made = ready;
          setDrawing(ready);
        },
        () => setFailed(true),
      );
    });
    return () => {
      isGone = true;
      forget();
      made?.remove();
      setDrawing(null);
    };
  }, [host, reason]);
  return { drawing, failed };
}

/** Calls once when the element is about to be seen and the page has been painted; returns how to call it off. */
export function whenNear(element: Element, action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      timer = setTimeout(action, PAINTED);
    },
    { rootMargin: "50%" },
  );
  watch.observe(element);
  return () => {
    watch.disconnect();
    clearTimeout(timer);
  };
}
