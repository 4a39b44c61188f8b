"""People, hostile text, links in doubt: what feeds, models and rules could have left, put straight into the tables."""

from datetime import date

from sqlalchemy import Connection, Engine, select, text, update

from craveny_api.auth.passwords import hash_password
from craveny_store.tables import match, news, prediction, prediction_evidence, stock
from craveny_store.users import add_user

PASSWORD = "correct horse battery staple"
INVESTOR, OPERATOR, ADMIN = "ana@example.org", "omar@example.org", "ada@example.org"

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

DOUBTS, EVIDENCE = 8, "Orion"
DOUBTFUL = "Orion 🚀 <b onmouseover=window.planted=1>Orion</b> & Sons said to merge"
EVIDENCE_AT = DOUBTFUL.rindex(EVIDENCE)


def plant_people(engine: Engine) -> None:
    """An investor, an operator and an administrator with the same password."""
    hashed = hash_password(PASSWORD)
    with engine.begin() as conn:
        add_user(conn, INVESTOR, hashed, "investor")
        add_user(conn, OPERATOR, hashed, "operator")
        add_user(conn, ADMIN, hashed, "admin")


def plant_hostile_text(engine: Engine) -> None:
    """In the newest articles of SYMBOL, in what its models were told and answered at SESSION, in the name of NAMED."""
    with engine.begin() as conn:
        stock_id = conn.execute(
            select(stock.c.stock_id).where(stock.c.market == MARKET, stock.c.symbol == SYMBOL)
        ).scalar_one()
        # Lists hold stories, not their copies.
        linked = (
            select(match.c.news_id)
            .join(news, news.c.news_id == match.c.news_id)
            .where(match.c.stock_id == stock_id, news.c.story_id == news.c.news_id)
            .order_by(match.c.news_id.desc())
        )
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


def plant_doubts(engine: Engine) -> None:
    """The newest links of MARKET's stories but the hostile ones are in doubt; the first one's words are hostile."""
    newest = """
        SELECT m.news_id, m.stock_id, n.title FROM match m JOIN news n USING (news_id)
        WHERE m.market = :market AND n.story_id = n.news_id AND n.link IS DISTINCT FROM :link
        ORDER BY m.available_at DESC, m.news_id DESC, m.stock_id DESC LIMIT :doubts"""
    doubt = """
        UPDATE match SET kind = 'name', score = 0.6, span = :span, span_start = :start
        WHERE news_id = :news_id AND stock_id = :stock_id"""
    with engine.begin() as conn:
        links = conn.execute(text(newest), {"market": MARKET, "link": LINK, "doubts": DOUBTS}).all()
        conn.execute(text("UPDATE news SET title = :title WHERE news_id = :id"), {"title": DOUBTFUL, "id": links[0][0]})
        for place, (news_id, stock_id, title) in enumerate(links):
            span = EVIDENCE if place == 0 else title.split()[0]
            start = EVIDENCE_AT if place == 0 else 0
            conn.execute(text(doubt), {"news_id": news_id, "stock_id": stock_id, "span": span, "start": start})


_SOURCES = (
    """
    INSERT INTO source (market, name, feed, kind, is_synthetic, first_date, every_minutes, off_reason)
    SELECT 'krx', name, 'news', 'rss', false, '2026-01-01', 10,
        CASE name WHEN 'unpaid' THEN 'NAVER_CLIENT_ID is not set. Set it, then start again.' END
    FROM unnest(ARRAY['quiet', 'flooding', 'broken', 'unpaid']) name""",
    """
    INSERT INTO partition_state (market, asset, partition_date, version, row_count, added, changed, unchanged, run_id,
        committed_at)
    SELECT 'krx', 'raw_news', (now() AT TIME ZONE 'Asia/Seoul')::date - n, 1, 1, 1, 0, 0, 'planted', now()
    FROM generate_series(0, 70) n ON CONFLICT DO NOTHING""",
    """
    INSERT INTO raw_news (market, source, item_key, payload_hash, payload, available_at, basis)
    SELECT 'krx', 'quiet', 'q' || n, ''::bytea, '{}', now() - interval '3 days' - n * interval '30 minutes', 'observed'
    FROM generate_series(1, 3000) n
    UNION ALL SELECT 'krx', 'flooding', 'f' || n, '', '{}', now() - n * interval '3 hours', 'observed'
    FROM generate_series(1, 500) n
    UNION ALL SELECT 'krx', 'flooding', 'now' || n, '', '{}', now() - n * interval '1 microsecond', 'observed'
    FROM generate_series(1, 400) n""",
    """
    INSERT INTO fetch_log (market, source, feed, started_at, outcome, error_class, detail, items, added, refused, bytes,
        milliseconds)
    SELECT 'krx', 'broken', 'news', now() - n * interval '70 minutes', 'failed', 'status',
        'The address answers 503 <i>gone</i>.', 0, 0, 0, 0, 0
    FROM generate_series(1, 4) n""",
    """
    INSERT INTO fetch_state (market, source, feed, failures, not_before_at, attempted_at, succeeded_at)
    SELECT 'krx', name, 'news', CASE name WHEN 'broken' THEN 4 ELSE 0 END, now() + interval '5 minutes',
        now() - interval '5 minutes', now() - CASE name WHEN 'broken' THEN 300 ELSE 5 END * interval '1 minute'
    FROM unnest(ARRAY['quiet', 'flooding', 'broken']) name""",
    """
    INSERT INTO source_watermark
    SELECT 'krx', name, 'news', now() FROM unnest(ARRAY['quiet', 'flooding']) name""",
)


def plant_sources(engine: Engine) -> None:
    """Live sources of krx: one that fell silent, one that floods, one that fails, one without its key."""
    with engine.begin() as conn:
        for statement in _SOURCES:
            conn.execute(text(statement))
