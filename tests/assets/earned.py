"""A store whose live forecasts include those of a model that is right whenever it answers, for the badge it earns."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import text

from benchmarks.judged_store import JudgedStore, judged_store
from craveny_domain.launches import RESETTLE
from tests.conftest import Bench

SESSIONS, BETTER = 21, "asked_a"
_KNOWS = """
    UPDATE prediction p
    SET probability = CASE WHEN rose THEN 0.8 ELSE 0.2 END, direction = CASE WHEN rose THEN 'up' ELSE 'down' END
    FROM (SELECT stock_id, session_date, close > lag(close) OVER (PARTITION BY stock_id ORDER BY session_date) AS rose
        FROM price) came
    WHERE came.stock_id = p.stock_id AND came.session_date = p.session_date AND rose IS NOT NULL
    AND p.model_name = :model AND p.horizon = 1 AND p.outcome_class = 'ok'"""


@contextmanager
def earned_store() -> Iterator[JudgedStore]:
    """SESSIONS of twelve models on 88 stocks, live; BETTER knows what comes; all of it settled and judged."""
    with judged_store(SESSIONS, say=lambda _: None) as store:
        with store.engine.begin() as conn:
            conn.execute(text(_KNOWS), {"model": BETTER})
        judge(store, store.days[0])
        yield store


def judge(store: JudgedStore, first: date) -> None:
    """Settle and judge every day from the first one on, as runs do; the database knows its tables afterwards."""
    bench = Bench(store.engine, store.market)
    for asset in RESETTLE:
        bench.run(asset, first, store.days[-1])
    bench.work.keeper.shutdown()
    with store.engine.begin() as conn:
        conn.execute(text("ANALYZE"))
