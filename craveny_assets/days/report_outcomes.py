"""What the day's close decides of stock reports: of those whose five sessions end with it, or have waited for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from craveny_assets.days.work import Day
from craveny_domain.panel import Panel
from craveny_domain.report_outcomes import WINDOW, outcomes, window_of
from craveny_domain.settlement import WAIT_SESSIONS
from craveny_store.bulk import Changes
from craveny_store.partitions import InputSpan, span
from craveny_store.report_outcomes import MadeReport, reports_made, write_report_outcomes


@dataclass(frozen=True)
class SettledReports:
    """What was written, the days of reports that were read, and what a person wants to see."""

    changes: Changes
    read: InputSpan | None
    notes: dict[str, int]


def settle_reports(day: Day, panel: Panel) -> SettledReports:
    """Settle targets and stops of reports by a panel that ends with the day's session."""
    made = _made(day, panel)
    rows = [row for begins, reports in made.items() for row in _rows(day, panel, begins, reports)]
    changes = write_report_outcomes(day.conn, day.market.code, day.day, rows)
    dates = [report.partition_date for reports in made.values() for report in reports]
    read = span(day.conn, day.market.code, "stock_report", dates) if dates else None
    void = sum(row[8] == "void" for row in rows)
    return SettledReports(changes, read, {"reports_settled": len(rows) - void, "reports_void": void})


def _made(day: Day, panel: Panel) -> dict[int, list[MadeReport]]:
    """The reports that the day's close may settle, by the panel's row in which their window begins."""
    sessions, end = day.work.sessions, (day.index or 0) + 1
    first, until = (sessions[max(0, end - back)].open_at for back in (WINDOW + WAIT_SESSIONS + 1, WINDOW))
    made = {}
    for report in reports_made(day.conn, day.market.code, first, until, panel.sessions[0]):
        begins = panel.sessions.index(window_of(sessions, report.created_at)[0].session_date)
        made.setdefault(begins, []).append(report)
    return made


def _rows(day: Day, panel: Panel, begins: int, made: list[MadeReport]) -> Iterator[tuple]:
    opens, closes = panel.sessions[begins], panel.sessions[begins + WINDOW - 1]
    found = outcomes(panel, begins, len(panel.sessions) - 1, [report.aim for report in made])
    for report, outcome in zip(made, found, strict=True):
        if outcome is not None:
            aim, own = report.aim, (day.market.code, day.day, report.model_name)
            yield (
                report.report_id, *own, aim.stock_id, aim.base_date, opens, closes, outcome.status, outcome.reason,
                outcome.exit_price_id, aim.target_return, aim.stop_return, outcome.target_date, outcome.stop_date,
                outcome.first_touch, outcome.path_return,
            )  # fmt: skip
