"""An A/B test of the us market, registered for tests of other things."""

from sqlalchemy import Connection

from craveny_domain.ab_tests import NewTest
from craveny_store.ab_tests import add_test, first_start
from craveny_store.settings import load_markets


def register(conn: Connection, name: str = "there") -> int:
    """A paired test of two rules, from the next session on; gives its id."""
    us = load_markets()["us"]
    pair = {"name": name, "market": us.code, "horizon": 1, "model_a": "nearest_news", "model_b": "lexicon"}
    rule = {"mode": "paired", "share_b": None, "metric": "hit", "edge": 0.02, "alpha": 0.05}
    return add_test(conn, us, NewTest(**pair, **rule, starts_on=first_start(conn, us)), None)
