"""Settling, session by session: what the close decides of the forecasts that end with it."""

from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter

import numpy as np
from sqlalchemy import RowMapping

from craveny_assets.days.report_outcomes import settle_reports
from craveny_assets.days.work import NO_SESSION, PREVIEW_ROWS, Day, Written
from craveny_domain.panel import HORIZONS, Panel
from craveny_domain.paths import TOUCHES, follow, target_of
from craveny_domain.settlement import ENTRY_SESSIONS, LATE, NO_ENTRY, WAIT_SESSIONS, Settlement, settle, void_reason
from craveny_store.forecasts import forecasts_for
from craveny_store.partitions import require
from craveny_store.prices import price_panel
from craveny_store.settlements import EVALUATION_COLUMNS, write_evaluations
from craveny_store.universe import stock_ids

SHOWN = ("model_name", "session_date", "horizon", "status", "outcome_return", "is_hit", "scored_probability", "reason")
STOCK_AT = EVALUATION_COLUMNS.index("stock_id")
REACH = max(HORIZONS) - 1 + WAIT_SESSIONS
"""How many sessions back a forecast can still be open."""
NO_PATH = (None,) * 4


def evaluation_history_day(day: Day) -> Written:
    """Forecasts settled by the day's close: of this session, of the one two before and of the one four before; and
    reports whose five sessions end with it."""
    if day.index is None:
        return NO_SESSION
    day.require_begun("the close", day.session().close_at)
    first = max(0, day.index - REACH - ENTRY_SESSIONS)
    sessions = day.work.sessions[first : day.index + 1]
    open_days = [s.session_date for s in sessions[-REACH - 1 :]]
    require(day.conn, day.market.code, "prediction", [day.day])
    require(day.conn, day.market.code, "price", [day.day])
    read = [
        day.require_since_start("prediction", "price", open_days),
        day.require_since_start("price", "price", [s.session_date for s in sessions]),
    ]
    following = day.work.sessions[day.index + 1 : day.index + 2]
    next_open = following[0].open_at if following else None
    tolerance = day.work.price_tolerance
    panel = price_panel(day.conn, day.market.code, sessions, day.now, next_open, tolerance=tolerance)
    # A stock's settlements lie together: its own record reads one place a day instead of one per model.
    rows = sorted((row for settled in _settlements(day, panel) for row in settled), key=itemgetter(STOCK_AT))
    changes = write_evaluations(day.conn, day.market.code, day.day, rows)
    reports = settle_reports(day, panel)
    late, void = sum(r[9] == "settled" and r[10] is not None for r in rows), sum(r[9] == "void" for r in rows)
    symbols = {i: s for s, i in stock_ids(day.conn, day.market.code).items()}
    shown = [dict(zip(EVALUATION_COLUMNS, row, strict=True)) for row in rows[:PREVIEW_ROWS]]
    preview = [{"stock": symbols[row["stock_id"]], **{name: row[name] for name in SHOWN}} for row in shown]
    notes = {"settled": len(rows) - void, "late": late, "void": void, "resettled": changes.changed + changes.removed}
    changes += reports.changes
    return Written(changes, [*read, reports.read], notes=notes | reports.notes, preview=preview)


def _settlements(day: Day, panel: Panel) -> Iterator[list[tuple]]:
    at = len(panel.sessions) - 1
    for horizon in HORIZONS:
        for waited in range(WAIT_SESSIONS + 1):
            row = at - horizon + 1 - waited
            if row < 0:
                continue
            settlement = settle(panel, row, horizon, at)
            decided = panel.stocks[settlement.status > 0].tolist()
            if not waited:
                # Stocks that have no bar at all are not in the panel, and end here too.
                found = forecasts_for(day.conn, day.market.code, panel.sessions[row], horizon)
                yield _judge(day, panel, row, settlement, found)
            elif decided:
                found = forecasts_for(day.conn, day.market.code, panel.sessions[row], horizon, decided)
                yield _judge(day, panel, row, settlement, found)


def _judge(day: Day, panel: Panel, row: int, settlement: Settlement, forecasts: Sequence[RowMapping]) -> list[tuple]:
    column = {int(stock): i for i, stock in enumerate(panel.stocks)}
    status = settlement.status.tolist()
    placed = [(f, column.get(f["stock_id"])) for f in forecasts]
    paths = _paths(panel, row, settlement, [(f, at) for f, at in placed if at is not None and status[at] == 1])
    rows = []
    for f, at in placed:
        if at is None:
            rows.append(_row(day, f, "void", NO_ENTRY))
        elif status[at] == 2:
            rows.append(_row(day, f, "void", void_reason(settlement, at)))
        elif status[at] == 1:
            rows.append(_settled_row(day, f, settlement, at, paths.get(f["prediction_id"], NO_PATH)))
    return rows


def _paths(
    panel: Panel, row: int, settlement: Settlement, settled: Sequence[tuple[RowMapping, int]]
) -> dict[int, tuple]:
    """Of the settled forecasts (with their stock's column) that name a target: when it and its stop were touched,
    which first, and the return of the path."""
    aimed = [(f["prediction_id"], at, target) for f, at in settled if (target := _target(f)) is not None]
    if not aimed:
        return {}
    whose, column, target = zip(*aimed, strict=True)
    aim = np.array(target)
    paths = follow(panel, row, settlement, np.array(column), aim, -aim)
    return {
        prediction_id: (
            _session(panel, int(reached)), _session(panel, int(stopped)), TOUCHES[int(touch)], _known(float(moved))
        )
        for prediction_id, reached, stopped, touch, moved in zip(
            whose, paths.target_row, paths.stop_row, paths.first_touch, paths.path_return, strict=True
        )
    }  # fmt: skip


def _session(panel: Panel, row: int) -> date | None:
    return None if row < 0 else panel.sessions[row]


def _known(figure: float) -> float | None:
    return None if np.isnan(figure) else figure


def _target(f: RowMapping) -> float | None:
    return target_of(f["outcome_class"], f["direction"], f["expected_move"])


def _settled_row(day: Day, f: RowMapping, settlement: Settlement, at: int, path: tuple) -> tuple:
    outcome, tradable = float(settlement.outcome_return[at]), float(settlement.tradable_return[at])
    is_up = outcome > 0
    is_hit = (f["direction"] == "up") == is_up if f["outcome_class"] == "ok" else None
    reason = LATE if settlement.is_late[at] else None
    ids = int(settlement.entry_price_id[at]), int(settlement.exit_price_id[at])
    figures = (outcome, _known(tradable), is_up, outcome == 0, is_hit)
    return _row(day, f, "settled", reason, ids, figures, path)


def _row(
    day: Day,
    f: RowMapping,
    status: str,
    reason: str | None,
    ids: tuple[int | None, int | None] = (None, None),
    figures: tuple = (None,) * 5,
    path: tuple = NO_PATH,
) -> tuple:
    scored = f["probability"] if f["outcome_class"] == "ok" else f["climatology"]
    target = _target(f)
    return (
        f["prediction_id"], day.market.code, day.day, f["session_date"], f["model_name"], f["stock_id"], f["horizon"],
        f["origin"], f["outcome_class"], status, reason, *ids, *figures, scored, target,
        None if target is None else -target, *path,
    )  # fmt: skip
