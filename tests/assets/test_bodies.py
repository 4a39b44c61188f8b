"""The bodies of all assets over the sample: what they write, and that writing it again changes nothing."""

from datetime import date

from sqlalchemy import Engine, text

from craveny_assets.assets import BODIES
from tests.conftest import Bench

FIRST, LAST = date(2026, 10, 5), date(2026, 10, 14)
TABLES = ["raw_news", "news", "match", "news_embeddings", "price", "prediction_evidence", "prediction",
          "evaluation_history", "daily_performance", "daily_reliability", "daily_pair", "daily_member",
          "model_comparison", "floor_badge", "daily_calibration"]  # fmt: skip


def contents(engine: Engine) -> dict[str, str]:
    with engine.connect() as conn:
        return {t: conn.execute(text(f"SELECT md5(string_agg(r::text, '' ORDER BY r::text)) FROM {t} r")).scalar_one()
                for t in TABLES}  # fmt: skip


def test_the_same_days_twice_leave_every_table_byte_for_byte_as_it_was(us: Bench) -> None:
    us.run_all(FIRST, LAST)
    before = contents(us.engine)
    for asset in BODIES:
        account = us.run(asset, FIRST, LAST)
        assert all(not w.changes.any for w in account.written.values()), asset
    assert contents(us.engine) == before
    assert None not in before.values()
