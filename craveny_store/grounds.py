"""What verdicts rest on beside the daily sums: models' knowledge and activations, registered tests."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select

from craveny_domain.clocks import Market, Session
from craveny_domain.grounds import Grounds, Test
from craveny_domain.knowledge import Knower
from craveny_domain.verdicts import Rule
from craveny_store.calendar import all_sessions
from craveny_store.model_book import BASELINE, ENSEMBLE
from craveny_store.tables import ab_test_config, model, model_activation, prompt


def grounds_of(conn: Connection, market: Market, sessions: Sequence[Session] | None = None) -> Grounds:
    """All of them of a market; `sessions` are all of its calendar's, where they are at hand."""
    days = all_sessions(conn, market.code) if sessions is None else sessions
    return Grounds(days, market.lead, knowers(conn), registered_tests(conn, market.code))


def knowers(conn: Connection) -> tuple[Knower, ...]:
    """Every model that forecasts, or once did, by name."""
    spans = defaultdict[str, list[tuple[datetime, datetime | None]]](list)
    a, m = model_activation.c, model.c
    query = select(a.model_name, a.active_from_at, a.active_until_at).order_by(a.model_name, a.active_from_at)
    for name, since, until in conn.execute(query):
        spans[name].append((since, until))
    forecasts = or_(m.prompt_version.is_(None), prompt.c.purpose == "forecast")
    models = (
        select(m.model_name, m.is_floor, m.provider, m.parameters, m.knowledge_cutoff_date)
        .outerjoin(prompt, prompt.c.prompt_version == m.prompt_version)
        .where(forecasts)
        .order_by(m.model_name)
    )
    return tuple(
        Knower(
            name,
            is_floor=is_floor,
            is_rule=provider == BASELINE,
            members=tuple(parameters.get("members") or ()) if provider == ENSEMBLE else None,
            knowledge_cutoff=knowledge,
            active=tuple(spans[name]),
        )
        for name, is_floor, provider, parameters, knowledge in conn.execute(models)
    )


def registered_tests(conn: Connection, market: str) -> tuple[Test, ...]:
    """Every test of a market, running or stopped, by id."""
    c = ab_test_config.c
    query = select(
        c.test_id, c.horizon, c.model_a, c.model_b, c.mode, c.metric, c.edge, c.alpha, c.starts_on,
        c.stopped_at,
    ).where(c.market == market)  # fmt: skip
    return tuple(
        Test(
            row.test_id,
            row.horizon,
            row.model_a,
            row.model_b,
            is_split=row.mode == "split",
            rule=Rule(row.metric, row.edge, row.alpha),
            starts_on=row.starts_on,
            stopped_at=row.stopped_at,
        )
        for row in conn.execute(query.order_by(c.test_id))
    )
