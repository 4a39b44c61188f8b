import { type ReactNode, useEffect, useRef } from "react";

const BESIDE = "lg:sticky lg:top-4 lg:order-last lg:max-h-[calc(100vh-2rem)] lg:overflow-y-auto";

type Props = {
  /** Beside the list where there is room, above it elsewhere; else always above it. */
  isBeside?: boolean;
  children: ReactNode;
};

/** What was opened from a list; takes the focus then. */
export function Panel({ isBeside = true, children }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement !== document.body) panel.current?.focus();
  }, []);
  return (
    <div
      ref={panel}
      tabIndex={-1}
      className={`min-w-0 focus-visible:outline-none ${isBeside ? BESIDE : ""}`}
    >
      {children}
    </div>
  );
}
