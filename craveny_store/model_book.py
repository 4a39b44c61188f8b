"""The models, prompts and prices as they stand: who is asked with what, and what a call costs. Changing them is
`model_changes`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from craveny_domain.forecasters import FLOORS, FORECASTERS
from craveny_domain.llm_cost import FREE, Price
from craveny_domain.prompts import DEFAULT_PROMPTS, Prompt, Purpose
from craveny_store.heads import EVERYWHERE, MODEL, bump
from craveny_store.tables import llm_price, model, model_activation, prompt

BASELINE = "baseline"
"""The provider of every model that answers a question by a rule of ours."""
ENSEMBLE = "ensemble"
"""The provider of every model that makes one answer of others' answers."""
_KEYLESS = (BASELINE, ENSEMBLE)
_DEFAULT_ENSEMBLES = {"ensemble_mean": "mean", "ensemble_log_odds": "log_odds_mean"}

_PRICES = {
    # USD per million tokens: sent, sent and cached, answered.
    "gpt-4o": ("2.50", "1.25", "10.00"),
    "gpt-4o-mini": ("0.15", "0.075", "0.60"),
    "gpt-5-mini": ("0.25", "0.025", "2.00"),
    "text-embedding-3-small": ("0.02", "0.02", "0"),
    "free": ("0", "0", "0"),
}
_PRICE_NOTE = "The provider's list price when this version was made; check it and add a newer one."
_EVER_SINCE = date(2024, 1, 1)


@dataclass(frozen=True)
class Model:
    """A forecaster that is asked. `knowledge_cutoff_date` None: unknown."""

    model_name: str
    provider: str
    identifier: str
    is_floor: bool
    parameters: Mapping[str, Any]
    prompt_version: str | None
    price_entry: str | None
    knowledge_cutoff_date: date | None

    @property
    def is_keyless(self) -> bool:
        """Whether it answers by a rule of ours and asks nobody."""
        return self.provider in _KEYLESS

    @property
    def is_ensemble(self) -> bool:
        """Whether its answers are made of those of others."""
        return self.provider == ENSEMBLE

    def members_among(self, active: Sequence["Model"]) -> list["Model"]:
        """An ensemble's members among the models active at a cut-off: those it names, or all that can be one."""
        named = self.parameters["members"]
        return [m for m in active if m.can_be_member and (not named or m.model_name in named)]

    @property
    def can_be_member(self) -> bool:
        """Whether an ensemble may be made of it: floors are what models are measured against."""
        return not self.is_floor and not self.is_ensemble


_MODEL = [model.c[name] for name in Model.__dataclass_fields__]


def add_defaults(conn: Connection) -> None:
    """The keyless models (active for every session there ever was), prompts and prices that come with Craveny; what
    is known stays as it is."""
    rows = [
        {"model_name": n, "provider": BASELINE, "identifier": n, "is_floor": n in FLOORS, "parameters": {}}
        for n in FORECASTERS
    ] + [
        {"model_name": n, "provider": ENSEMBLE, "identifier": rule, "is_floor": False, "parameters": {"members": []}}
        for n, rule in _DEFAULT_ENSEMBLES.items()
    ]
    conn.execute(insert(model).values(rows).on_conflict_do_nothing())
    always = [{"model_name": r["model_name"], "active_from_at": datetime(1970, 1, 1, tzinfo=UTC)} for r in rows]
    conn.execute(insert(model_activation).values(always).on_conflict_do_nothing())
    conn.execute(insert(prompt).values([vars(p) for p in DEFAULT_PROMPTS]).on_conflict_do_nothing())
    names = ("input_usd", "cached_input_usd", "output_usd")
    prices = [
        {"price_entry": entry, "from_date": _EVER_SINCE, "note": _PRICE_NOTE}
        | dict(zip(names, map(Decimal, amounts), strict=True))
        for entry, amounts in _PRICES.items()
    ]
    conn.execute(insert(llm_price).values(prices).on_conflict_do_nothing())
    bump(conn, EVERYWHERE, MODEL)


def active_models(conn: Connection, fence: datetime, purpose: Purpose = "forecast") -> list[Model]:
    """The models asked at an instant, by name: for forecasts, or for reports, which a model's prompt decides."""
    a = model_activation.c
    query = (
        select(*_MODEL)
        .join(model_activation, a.model_name == model.c.model_name)
        .outerjoin(prompt, prompt.c.prompt_version == model.c.prompt_version)
        .where(
            a.active_from_at <= fence,
            or_(a.active_until_at.is_(None), a.active_until_at > fence),
            func.coalesce(prompt.c.purpose, "forecast") == purpose,
        )
    )
    found = {row.model_name: Model(*row) for row in conn.execute(query.order_by(model.c.model_name))}
    return list(found.values())


def members_at(conn: Connection, ensemble: Model, fence: datetime) -> list[Model]:
    """An ensemble's members at an instant, by name."""
    return ensemble.members_among(active_models(conn, fence))


def has_language_models(conn: Connection) -> bool:
    """Whether there is any model that asks somebody, active or not."""
    return (
        conn.execute(select(model.c.model_name).where(model.c.provider.not_in(_KEYLESS)).limit(1)).first() is not None
    )


def model_called(conn: Connection, name: str) -> Model:
    """A model, active or not; LookupError naming the others when there is none."""
    row = conn.execute(select(*_MODEL).where(model.c.model_name == name)).first()
    if row is None:
        known = ", ".join(conn.execute(select(model.c.model_name).order_by(model.c.model_name)).scalars())
        raise LookupError(f"No model is called {name}. Choose among: {known}.")
    return Model(*row)


def first_active_at(conn: Connection, name: str) -> datetime | None:
    """When a model was first activated; None when it never was."""
    a = model_activation.c
    return conn.execute(select(func.min(a.active_from_at)).where(a.model_name == name)).scalar()


def prompt_of(conn: Connection, prompt_version: str | None) -> Prompt:
    """A version of a prompt; LookupError naming the others when there is none."""
    p = prompt.c
    columns = [p[name] for name in Prompt.__dataclass_fields__]
    row = conn.execute(select(*columns).where(p.prompt_version == prompt_version)).first()
    if row is None:
        known = ", ".join(conn.execute(select(p.prompt_version).order_by(p.prompt_version)).scalars())
        raise LookupError(f"There is no prompt {prompt_version}. Choose among: {known}.")
    return Prompt(*row)


def price_of(conn: Connection, price_entry: str | None, on: date) -> Price:
    """What a call costs on a UTC day; nothing without an entry. LookupError when an entry has no price yet."""
    if price_entry is None:
        return FREE
    p = llm_price.c
    query = select(p.input_usd, p.cached_input_usd, p.output_usd).where(p.price_entry == price_entry, p.from_date <= on)
    row = conn.execute(query.order_by(p.from_date.desc()).limit(1)).first()
    if row is None:
        raise LookupError(f"No price is known for {price_entry} on {on}. Add one, or name another price entry.")
    return Price(*row)


def price_entries(conn: Connection) -> Sequence[str]:
    """Every price entry, by name."""
    return conn.execute(select(llm_price.c.price_entry).distinct().order_by(llm_price.c.price_entry)).scalars().all()
