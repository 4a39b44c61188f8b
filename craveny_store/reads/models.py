"""Forecasters, prompts and prices as they are listed, and who changed them."""

from psycopg import sql
from sqlalchemy import Connection

from craveny_store.reads.paging import Conditions, Cut, Found, Order, Row, fetch, page_of

_TODAY = sql.SQL("(clock_timestamp() AT TIME ZONE 'UTC')::date")
_AMOUNTS = sql.SQL("""
    'from_date', p.from_date, 'input_usd', p.input_usd::float8, 'cached_input_usd', p.cached_input_usd::float8,
    'output_usd', p.output_usd::float8""")
_MODELS = sql.SQL("""
    SELECT m.model_name AS model, m.provider, m.identifier, m.is_floor, m.parameters, m.prompt_version, m.price_entry,
        m.knowledge_cutoff_date, coalesce(a.is_active, false) AS is_active, a.active_from_at,
        coalesce(a.activations, '[]') AS activations,
        (SELECT json_build_object({amounts}) FROM llm_price p
            WHERE p.price_entry = m.price_entry AND p.from_date <= {today} ORDER BY p.from_date DESC LIMIT 1) AS price,
        w.not_before_at AS waits_until_at, w.reason AS waits_because
    FROM model m
    LEFT JOIN LATERAL (
        SELECT bool_or(a.active_from_at <= clock_timestamp()
                AND (a.active_until_at IS NULL OR a.active_until_at > clock_timestamp())) AS is_active,
            min(a.active_from_at) AS active_from_at,
            json_agg(json_build_object('active_from_at', a.active_from_at, 'active_until_at', a.active_until_at)
                ORDER BY a.active_from_at DESC) AS activations
        FROM model_activation a WHERE a.model_name = m.model_name) a ON true
    LEFT JOIN llm_provider w ON w.provider = m.provider AND w.not_before_at > clock_timestamp()
    WHERE {which} ORDER BY m.is_floor, m.model_name""")
_PROMPTS = sql.SQL("""
    SELECT p.prompt_version, p.purpose, p.instructions, p.question, p.note, p.observed_at AS created_at,
        array(SELECT m.model_name FROM model m WHERE m.prompt_version = p.prompt_version ORDER BY 1) AS models
    FROM prompt p WHERE {} ORDER BY p.observed_at DESC, p.prompt_version""")
_PRICES = sql.SQL("""
    SELECT p.price_entry, p.from_date, p.input_usd::float8, p.cached_input_usd::float8, p.output_usd::float8, p.note,
        p.from_date IS NOT DISTINCT FROM (SELECT max(q.from_date) FROM llm_price q
            WHERE q.price_entry = p.price_entry AND q.from_date <= {}) AS is_in_force
    FROM llm_price p ORDER BY p.price_entry, p.from_date DESC""").format(_TODAY)
_CHANGES = sql.SQL("""
    SELECT c.change_id, c.subject, c.name, c.before, c.after, u.email AS changed_by, c.changed_at
    FROM change_log c LEFT JOIN "user" u ON u.user_id = c.user_id
    WHERE {where} ORDER BY {order} LIMIT {limit}""")
NEWEST = Order(("c.change_id",), ("change_id",), descending=True)


def list_models(conn: Connection) -> list[Row]:
    """Every model there ever was, those with a claim before the floors; `is_active` by the database's clock."""
    return fetch(conn, _MODELS.format(amounts=_AMOUNTS, today=_TODAY, which=sql.SQL("true")))


def model_named(conn: Connection, name: str) -> Row | None:
    """One model as it is listed; None when there is none of this name."""
    which = sql.SQL("m.model_name = %(name)s")
    rows = fetch(conn, _MODELS.format(amounts=_AMOUNTS, today=_TODAY, which=which), {"name": name})
    return rows[0] if rows else None


def list_prompts(conn: Connection) -> list[Row]:
    """Every version of every prompt, the newest first."""
    return fetch(conn, _PROMPTS.format(sql.SQL("true")))


def prompt_named(conn: Connection, version: str) -> Row | None:
    """One version of a prompt; None when there is none of this name."""
    rows = fetch(conn, _PROMPTS.format(sql.SQL("p.prompt_version = %(version)s")), {"version": version})
    return rows[0] if rows else None


def list_prices(conn: Connection) -> list[Row]:
    """Every price of every entry, by entry, the newest first; `is_in_force` by the database's clock."""
    return fetch(conn, _PRICES)


def list_changes(conn: Connection, subject: str | None, name: str | None, cut: Cut) -> Found:
    """A page of what people changed, the newest first."""
    asked = Conditions()
    asked.add_if_given("c.subject = %(subject)s", subject=subject)
    asked.add_if_given("c.name = %(name)s", name=name)
    query = _CHANGES.format(
        where=asked.clause + sql.SQL(" AND ") + NEWEST.beyond(cut.after),
        order=NEWEST.clause,
        limit=sql.Literal(cut.limit + 1),
    )
    return page_of(fetch(conn, query, asked.values | NEWEST.parameters(cut.after)), cut, NEWEST.key)
