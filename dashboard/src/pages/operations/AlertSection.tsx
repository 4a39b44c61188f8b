import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { notifications, settings } from "@/api/queries";
import { useUser } from "@/api/session";
import type { Notification } from "@/api/shapes";
import { useOperationsWords } from "@/i18n/operations";
import { useFormat } from "@/i18n/words";
import { Answered } from "@/parts/Answered";
import { DataTable } from "@/parts/DataTable";
import { EmptyState } from "@/parts/EmptyState";
import { MoreButton } from "@/parts/MoreButton";
import { OutsideLink } from "@/parts/OutsideLink";
import { Section } from "@/parts/Section";
import { SkeletonLines } from "@/parts/Skeleton";
import { isAtLeast } from "@/roles";

const PAGE = 25;

/** What on-call staff were told; to operators and administrators only. */
export function AlertSection() {
  const words = useOperationsWords();
  const { role } = useUser();
  const { data } = useQuery(settings());
  return (
    <Section title={words.alerts}>
      {data?.alerts === "log_only" && <p className="mb-3 rounded bg-warn-wash px-3 py-1 text-warn">{words.logOnly}</p>}
      {isAtLeast(role, "operator") ? <Alerts /> : <p className="text-soft">{words.alertsFor}</p>}
    </Section>
  );
}

function Alerts() {
  const words = useOperationsWords();
  const found = useInfiniteQuery(notifications({ limit: PAGE }));
  return (
    <Answered query={found} skeleton={<SkeletonLines count={6} size="h-12 w-full" />}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (rows.length === 0) return <EmptyState title={words.noAlerts} help={words.noAlertsHelp} />;
        return (
          <>
            <AlertTable rows={rows} />
            <MoreButton query={found} shown={rows.length} />
          </>
        );
      }}
    </Answered>
  );
}

function AlertTable({ rows }: { rows: Notification[] }) {
  const words = useOperationsWords();
  const format = useFormat();
  return (
    <DataTable
      label={words.alerts}
      columns={[words.alert, words.level, words.occurred, words.delivery]}
      rows={rows.map((alert) => ({
        key: alert.notification_id,
        cells: [
          <>
            <OutsideLink href={alert.link}>{alert.title}</OutsideLink>
            <span className="block text-xs whitespace-pre-line text-soft">{alert.detail}</span>
          </>,
          <span key="level" className={alert.level === "info" ? "text-soft" : alert.level === "warning" ? "text-warn" : "text-bad"}>
            {words.levels[alert.level]}
          </span>,
          format.time(alert.occurred_at),
          words.deliveries[alert.state],
        ],
      }))}
    />
  );
}
