/** Ways into the Dagster UI, where the API knows its address; plain names where it does not. */
import { useQuery } from "@tanstack/react-query";
import { settings } from "@/api/queries";
import { OutsideLink } from "@/parts/OutsideLink";

function useAddress(path: string): string | null {
  const address = useQuery(settings()).data?.dagster_address ?? null;
  return address === null ? null : `${address}${path}`;
}

/** A run by the first part of its id. */
export function RunLink({ runId }: { runId: string }) {
  const address = useAddress(`/runs/${encodeURIComponent(runId)}`);
  return (
    <OutsideLink href={address}>
      <code title={runId}>{runId.slice(0, 8)}</code>
    </OutsideLink>
  );
}

/** A day of one asset. */
export function PartitionLink({ market, asset, day }: { market: string; asset: string; day: string }) {
  const key = [market, asset].map(encodeURIComponent).join("/");
  const address = useAddress(`/assets/${key}?view=partitions&partition=${encodeURIComponent(day)}`);
  return (
    <OutsideLink href={address}>
      {market}/{asset} {day}
    </OutsideLink>
  );
}
