import type { Origin } from "@/api/shapes";
import { useWords } from "@/i18n/words";

const ORIGIN_COLOURS: Record<Origin, string> = {
  live: "text-accent",
  late: "text-warn",
  reconstructed: "text-soft",
  replay: "text-soft",
};

/** How a forecast came to be: live, late, reconstructed or replay. */
export function OriginBadge({ origin }: { origin: Origin }) {
  const words = useWords().common;
  return (
    <span className={`badge ${ORIGIN_COLOURS[origin]}`} title={words.originHelp[origin]}>
      {words.origins[origin]}
    </span>
  );
}

/** Marks a floor; nothing for other models. */
export function FloorBadge({ isFloor }: { isFloor: boolean }) {
  const words = useWords().common;
  return isFloor ? (
    <span className="badge text-soft" title={words.floorHelp}>
      {words.floor}
    </span>
  ) : null;
}

/** Marks invented data; nothing for real data. */
export function SyntheticLabel({ isSynthetic }: { isSynthetic: boolean }) {
  const words = useWords().common;
  return isSynthetic ? (
    <span className="badge bg-warn-wash text-warn" title={words.syntheticHelp}>
      {words.synthetic}
    </span>
  ) : null;
}

/** A model's name with its floor badge. */
export function ModelName({ model, isFloor }: { model: string; isFloor: boolean }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-1.5">
      <span className="font-medium">{model}</span> <FloorBadge isFloor={isFloor} />
    </span>
  );
}
