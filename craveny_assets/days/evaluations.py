"""Judgement, session by session: settle what the close decides, sum up the day's own figures."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from sqlalchemy import RowMapping

from craveny_assets.days.work import NO_SESSION, PREVIEW_ROWS, Day, Written
from craveny_domain.forecasts import board_of
from craveny_domain.panel import HORIZONS, Panel
from craveny_domain.reliability import BinScore, bin_day
from craveny_domain.scoring import DayScore, score_day
from craveny_domain.settlement import ENTRY_SESSIONS, NO_ENTRY, WAIT_SESSIONS, Settlement, settle, void_reason
from craveny_store.evaluations import (
    BIN_COLUMNS,
    EVALUATION_COLUMNS,
    SCORE_COLUMNS,
    settled_rows,
    write_evaluations,
    write_performance,
)
from craveny_store.forecasts import forecasts_for
from craveny_store.partitions import require
from craveny_store.prices import price_panel
from craveny_store.universe import stock_ids

SHOWN = ("model_name", "session_date", "horizon", "status", "outcome_return", "is_hit", "scored_probability", "reason")
REACH = max(HORIZONS) - 1 + WAIT_SESSIONS
"""How many sessions back a forecast can still be open."""


def evaluation_history_day(day: Day) -> Written:
    """Forecasts settled by the day's close: of this session, of the one two before and of the one four before."""
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
    rows = [row for settled in _settlements(day, panel) for row in settled]
    changes = write_evaluations(day.conn, day.market.code, day.day, rows)
    late, void = sum(r[8] == "settled" and r[9] is not None for r in rows), sum(r[8] == "void" for r in rows)
    symbols = {i: s for s, i in stock_ids(day.conn, day.market.code).items()}
    shown = [dict(zip(EVALUATION_COLUMNS, row, strict=True)) for row in rows[:PREVIEW_ROWS]]
    preview = [{"stock": symbols[row["stock_id"]], **{name: row[name] for name in SHOWN}} for row in shown]
    notes = {"settled": len(rows) - void, "late": late, "void": void, "resettled": changes.changed + changes.removed}
    return Written(changes, read, notes=notes, preview=preview)


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
                yield _judge(
                    day, panel, settlement, forecasts_for(day.conn, day.market.code, panel.sessions[row], horizon)
                )
            elif decided:
                found = forecasts_for(day.conn, day.market.code, panel.sessions[row], horizon, decided)
                yield _judge(day, panel, settlement, found)


def _judge(day: Day, panel: Panel, settlement: Settlement, forecasts: Sequence[RowMapping]) -> list[tuple]:
    column = {int(stock): i for i, stock in enumerate(panel.stocks)}
    status = settlement.status.tolist()
    rows = []
    for f in forecasts:
        at = column.get(f["stock_id"])
        if at is None:
            rows.append(_row(day, f, "void", NO_ENTRY))
        elif status[at] == 2:
            rows.append(_row(day, f, "void", void_reason(settlement, at)))
        elif status[at] == 1:
            rows.append(_settled_row(day, f, settlement, at))
    return rows


def _settled_row(day: Day, f: RowMapping, settlement: Settlement, at: int) -> tuple:
    outcome, tradable = float(settlement.outcome_return[at]), float(settlement.tradable_return[at])
    is_up = outcome > 0
    is_hit = (f["direction"] == "up") == is_up if f["outcome_class"] == "ok" else None
    reason = "The bar of the closing session was missing; the next one settled it." if settlement.is_late[at] else None
    ids = int(settlement.entry_price_id[at]), int(settlement.exit_price_id[at])
    figures = (outcome, None if np.isnan(tradable) else tradable, is_up, outcome == 0, is_hit)
    return _row(day, f, "settled", reason, ids, figures)


def _row(
    day: Day,
    f: RowMapping,
    status: str,
    reason: str | None,
    ids: tuple[int | None, int | None] = (None, None),
    figures: tuple = (None,) * 5,
) -> tuple:
    scored = f["probability"] if f["outcome_class"] == "ok" else f["climatology"]
    return (
        f["prediction_id"], day.market.code, day.day, f["session_date"], f["model_name"], f["stock_id"], f["horizon"],
        f["origin"], status, reason, *ids, *figures, scored,
    )  # fmt: skip


def daily_performance_day(day: Day) -> Written:
    """Each model's own figures of the day; rolling and to-date figures are summed from them on reading."""
    if day.index is None:
        return NO_SESSION
    read = require(day.conn, day.market.code, "evaluation_history", [day.day])
    settled = settled_rows(day.conn, day.market.code, day.day)
    rows, bins, preview = [], [], []
    for key, grouped in groupby(sorted(settled, key=_board_key), key=_board_key):
        group = list(grouped)
        score, whose = _score(day, group), (day.market.code, day.day, *key)
        rows.append((*whose, *(getattr(score, c) for c in SCORE_COLUMNS)))
        bins += [(*whose, *(getattr(each, c) for c in BIN_COLUMNS)) for each in _bins(day, group)]
        preview.append({**dict(zip(("model", "horizon", "board"), key, strict=True)), **_shown(score)})
    changes = write_performance(day.conn, day.market.code, day.day, rows, bins)
    return Written(changes, [read], notes={"bins": len(bins)}, preview=[p for p in preview if p["horizon"] == 1])


def _board_key(row: RowMapping) -> tuple[str, int, str]:
    return row["model_name"], row["horizon"], board_of(row["origin"])


def _score(day: Day, rows: Sequence[RowMapping]) -> DayScore:
    def column(name: str) -> np.ndarray:
        return np.array([np.nan if r[name] is None else r[name] for r in rows], dtype=np.float64)

    void = np.array([r["status"] == "void" for r in rows])
    answered = np.array([r["is_hit"] is not None for r in rows])
    call_up = answered & (column("is_hit") == column("is_up"))
    probability, outcome, tradable = (column(n) for n in ("scored_probability", "outcome_return", "tradable_return"))
    return score_day(day.day, probability, call_up, answered, outcome, tradable, void)


def _bins(day: Day, rows: Sequence[RowMapping]) -> list[BinScore]:
    ok = [row for row in rows if row["is_hit"] is not None]
    probability = np.array([row["scored_probability"] for row in ok], dtype=np.float64)
    return bin_day(day.day, probability, np.array([row["is_up"] for row in ok], dtype=bool))


def _shown(score: DayScore) -> dict[str, object]:
    hits = score.true_up + score.true_down
    return {
        "n": score.answered,
        "hit_rate": round(hits / score.answered, 4) if score.answered else None,
        "brier": round(score.brier_sum / score.asked, 4) if score.asked else None,
        "coverage": round(score.answered / score.asked, 4) if score.asked else None,
    }
