import type { ReactNode } from "react";

/** A colour of a chart beside what it stands for; `fill` is its class. */
export function Swatch({ fill, children }: { fill: string; children: ReactNode }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg aria-hidden width="10" height="10">
        <rect x="0.5" y="0.5" width="9" height="9" className={`${fill} stroke-edge`} />
      </svg>
      {children}
    </span>
  );
}
