"""Reports on the filled sample's stocks, as runs leave them there, and their settling."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, text

from craveny_domain.clocks import Market
from tests.conftest import Bench, utc

MADE = utc(2026, 10, 5, 18)
"""A Monday, while the session traded: the window opens on Tuesday, and its fifth session is the next Monday."""
WINDOW = [date(2026, 10, day) for day in (6, 7, 8, 9, 12)]
BASE_DAY, SETTLES = date(2026, 10, 2), WINDOW[-1]
LATER = utc(2026, 10, 13, 18)
"""A window that has not closed when the sample ends."""

CONTENT = {
    "view": "up", "summary": "Orders grow.", "short_view": "Quiet.", "medium_view": "Firm.", "long_view": "Open.",
    "risks": [], "opportunities": [],
}  # fmt: skip
_INSERT = text("""
    INSERT INTO stock_report (market, partition_date, stock_id, model_name, reason, outcome_class, content, base_price,
        target_price, stop_price, currency, cutoff_at, news_count, created_at, run_id)
    SELECT p.market, cast(:made AS date), p.stock_id, 'writer', 'daily', :outcome,
        CASE WHEN :outcome = 'ok' THEN cast(:content AS jsonb) END, p.close,
        round(p.close * :target, 6), round(p.close * :stop, 6), p.currency, cast(:made AS timestamptz), 5, :made, 'test'
    FROM price p JOIN stock s USING (stock_id)
    WHERE p.session_date = :base AND p.market = 'us' AND s.kind = 'stock'
    AND NOT EXISTS (SELECT FROM price o WHERE o.stock_id = p.stock_id AND o.split_ratio <> 1)""")


def write_reports(
    engine: Engine,
    target: Decimal | None = Decimal("1.04"),
    stop: Decimal | None = Decimal("0.965"),
    *,
    made: datetime = MADE,
    base: date = BASE_DAY,
    outcome: str = "ok",
) -> None:
    """A report on every stock without a split, its prices these parts of the base day's close."""
    given = {"made": made, "base": base, "target": target, "stop": stop, "outcome": outcome}
    given |= {"content": json.dumps(CONTENT)}
    with engine.begin() as conn:
        assert conn.execute(_INSERT, given).rowcount > 5


def settle_reports(engine: Engine, market: Market) -> list[dict[str, Any]]:
    """Settle every day of the sample; what came of reports, superseded ones included."""
    Bench(engine, market, holder="again").run("evaluation_history", date(2026, 10, 5), date(2026, 10, 19))
    return settled_reports(engine)


def settled_reports(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as conn:
        return [dict(row) for row in conn.execute(text("SELECT * FROM report_outcome ORDER BY outcome_id")).mappings()]
