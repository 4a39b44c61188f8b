"""People, and hostile text: what a feed or a model could have written, put straight into the tables."""

from datetime import date

from sqlalchemy import Connection, Engine, select, update

from craveny_api.auth.passwords import hash_password
from craveny_store.tables import match, news, prediction, prediction_evidence, stock
from craveny_store.users import add_user

PASSWORD = "correct horse battery staple"
INVESTOR, OPERATOR = "ana@example.org", "omar@example.org"

MARKET, SYMBOL, SESSION, MODEL = "us", "TMFZ", date(2026, 10, 19), "nearest_news"
IMAGE = '<img src=x onerror="window.planted = 1">'
TITLES = (
    IMAGE,
    "</script><script>window.planted = 1</script>",
    '"><svg onload=window.planted=1><a href="javascript:window.planted=1">click</a>',
    "javascript:window.planted=1",
    "{{constructor.constructor('window.planted=1')()}} ${window.planted=1}",
    "Quarterly report \u202egpj.exe\u2066 \u200fof the week",
    "x" * 5_000,
)
LINK = "javascript:window.planted=1"
NAME = "Calder <b id=planted onmouseover=window.planted=1>Group</b>"
NAMED = "CLDZ"


def plant_people(engine: Engine) -> None:
    """An investor and an operator with the same password."""
    hashed = hash_password(PASSWORD)
    with engine.begin() as conn:
        add_user(conn, INVESTOR, hashed, "investor")
        add_user(conn, OPERATOR, hashed, "operator")


def plant_hostile_text(engine: Engine) -> None:
    """In the newest articles of SYMBOL, in what its models were told and answered at SESSION, in the name of NAMED."""
    with engine.begin() as conn:
        stock_id = conn.execute(
            select(stock.c.stock_id).where(stock.c.market == MARKET, stock.c.symbol == SYMBOL)
        ).scalar_one()
        linked = select(match.c.news_id).where(match.c.stock_id == stock_id).order_by(match.c.news_id.desc())
        newest = conn.execute(linked.distinct().limit(len(TITLES))).scalars()
        for news_id, title in zip(newest, TITLES, strict=True):
            conn.execute(update(news).where(news.c.news_id == news_id).values(title=title, excerpt=IMAGE, link=LINK))
        _plant_in_forecasts(conn, stock_id)
        conn.execute(update(stock).where(stock.c.market == MARKET, stock.c.symbol == NAMED).values(name=NAME))


def _plant_in_forecasts(conn: Connection, stock_id: int) -> None:
    e, p = prediction_evidence.c, prediction.c
    here = (e.stock_id == stock_id, e.session_date == SESSION)
    question = conn.execute(select(e.question).where(*here)).scalar_one()
    assert question["news"], f"{SYMBOL} has no news for {SESSION}: plant elsewhere"
    question["news"] = [
        [news_id, TITLES[i % len(TITLES)], *counts] for i, (news_id, _, *counts) in enumerate(question["news"])
    ]
    conn.execute(update(prediction_evidence).where(*here).values(question=question))
    conn.execute(update(prediction).where(p.stock_id == stock_id, p.session_date == SESSION).values(reasoning=IMAGE))
