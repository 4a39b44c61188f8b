import { type ComponentType, useEffect, useRef, useState } from "react";
import type { StockDetail } from "@/api/shapes";
import { whenNear } from "@/charts/useDrawing";
import { ErrorNotice } from "@/parts/ErrorNotice";

/** The part of an address that leads here. */
export const REPORT_PLACE = "report";

type Section = ComponentType<{ stock: StockDetail }>;

/** Where the report stands: what draws it is fetched when a person comes near, so that the page itself stays light. */
export function ReportPlace({ stock }: { stock: StockDetail }) {
  const place = useRef<HTMLDivElement>(null);
  const [section, setSection] = useState<{ Report: Section } | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const load = () => {
    setFault(null);
    import("@/pages/stock/ReportSection").then(({ ReportSection }) => setSection({ Report: ReportSection }), setFault);
  };
  useEffect(() => {
    if (place.current === null) return;
    if (location.hash === `#${REPORT_PLACE}`) place.current.scrollIntoView();
    return whenNear(place.current, load);
  }, []);
  return (
    <div ref={place} id={REPORT_PLACE} className="min-w-0">
      {section !== null ? (
        <section.Report stock={stock} />
      ) : fault !== null ? (
        <ErrorNotice error={fault} retry={load} />
      ) : (
        <div className="panel h-96" />
      )}
    </div>
  );
}
