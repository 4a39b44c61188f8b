import { useEffect, useEffectEvent } from "react";

/** What each key means; the second letters are the same keys while Hangul is typed. */
const ACTIONS = {
  ArrowDown: "next",
  ArrowUp: "previous",
  y: "confirm",
  ㅛ: "confirm",
  n: "reject",
  ㅜ: "reject",
  u: "undo",
  ㅕ: "undo",
} as const;

export type Action = (typeof ACTIONS)[keyof typeof ACTIONS];

/** Single keys while the focus is in the queue, or nowhere in particular; never while something else has it. */
export function useKeys(queue: React.RefObject<HTMLElement | null>, act: (action: Action) => void) {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const action = ACTIONS[event.key as keyof typeof ACTIONS];
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
    if (action === undefined || !isPlain || !isFree(event.target, queue.current)) return;
    event.preventDefault();
    act(action);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

function isFree(target: EventTarget | null, queue: HTMLElement | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target === document.body || target.id === "main" || (queue?.contains(target) ?? false);
}
