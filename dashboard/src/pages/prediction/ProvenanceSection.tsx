import type { PredictionDetail, Provenance } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useFormat } from "@/i18n/words";
import { PartitionLink, RunLink } from "@/parts/dagster";
import { DataTable } from "@/parts/DataTable";
import { Section } from "@/parts/Section";

/** The Dagster partitions and runs that wrote the forecast and its settlement. */
export function ProvenanceSection({ forecast }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const format = useFormat();
  const written: [string, Provenance | null][] = [
    [words.made, forecast.made_by],
    [words.settledBy, forecast.settled_by],
  ];
  return (
    <Section title={words.provenance}>
      <DataTable
        label={words.provenance}
        columns={[words.provenance.replace(/^\d · /, ""), words.partition, words.rowVersion, words.run, words.committed]}
        rows={written.map(([name, row]) => ({
          key: name,
          cells:
            row === null
              ? [name, words.noProvenance, "", "", ""]
              : [
                  name,
                  <PartitionLink key="day" market={forecast.market} asset={row.asset} day={row.partition_date} />,
                  format.count(row.version),
                  <RunLink key="run" runId={row.run_id} />,
                  format.fullTime(row.committed_at),
                ],
        }))}
      />
    </Section>
  );
}
