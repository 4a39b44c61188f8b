"""What people change of models, prompts and prices: told in change_log with who did it, and heeded by the next run.

Nothing is ever taken away: models are switched off, prompts and prices are only added. Reading is in `model_book`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, or_, select, update

from craveny_domain.llm_cost import Price
from craveny_domain.prompts import Prompt, problems_of
from craveny_store.heads import EVERYWHERE, MODEL, bump
from craveny_store.model_book import BASELINE, ENSEMBLE, model_called, price_of, prompt_of
from craveny_store.partitions import database_now
from craveny_store.tables import change_log, llm_price, model, model_activation, prompt

PROVIDERS = ("openai", "openrouter")
"""Who serves language models; any compatible server takes the place of one of them."""
EDITABLE = ("identifier", "parameters", "prompt_version", "price_entry", "knowledge_cutoff_date")
_SHOWN = ("provider", *EDITABLE)


class ChangeRefused(Exception):  # noqa: N818
    """A change that cannot be made: the message is one sentence with the cause and one with the cure."""

    def __init__(self, kind: Literal["missing", "exists", "wrong"], title: str, detail: str) -> None:
        super().__init__(detail)
        self.kind, self.title = kind, title


@dataclass(frozen=True)
class NewModel:
    """A language model to be asked, for forecasts or for reports as its prompt says; `parameters` go to the provider
    with every question."""

    model_name: str
    provider: str
    identifier: str
    parameters: Mapping[str, Any]
    prompt_version: str
    price_entry: str
    knowledge_cutoff_date: date | None = None


@dataclass(frozen=True)
class NewEnsemble:
    """Several models' answers as one, by a rule of `craveny_domain.ensembles`; no members: whoever can be one."""

    model_name: str
    identifier: str
    members: Sequence[str]


def add_model(conn: Connection, given: NewModel, user_id: int | None, *, is_active: bool = True) -> None:
    """Add a language model; an active one is asked for every cut-off from now on."""
    now = begin_change(conn)
    if given.provider not in PROVIDERS:
        detail = f"There is no provider {given.provider}. Choose among {', '.join(PROVIDERS)}."
        raise ChangeRefused("wrong", "No such provider", detail)
    _check(conn, asdict(given), now)
    _add(conn, asdict(given), now if is_active else None, user_id)


def add_ensemble(conn: Connection, given: NewEnsemble, user_id: int | None, *, is_active: bool = True) -> None:
    """Add an ensemble of models that are there; an active one answers for every cut-off from now on."""
    now = begin_change(conn)
    for name in given.members:
        _check_member(conn, name)
    if len(set(given.members)) != len(given.members) or len(given.members) == 1:
        detail = "An ensemble is made of at least two different models. Name each once, or none for whoever can be one."
        raise ChangeRefused("wrong", "Too few members", detail)
    row = {
        "model_name": given.model_name,
        "provider": ENSEMBLE,
        "identifier": given.identifier,
        "parameters": {"members": sorted(given.members)},
    }
    _add(conn, row, now if is_active else None, user_id)


def _add(conn: Connection, row: Mapping[str, Any], active_from: datetime | None, user_id: int | None) -> None:
    name = row["model_name"]
    if _model(conn, name) is not None:
        detail = f"There is a model {name}. Change that one, or choose another name."
        raise ChangeRefused("exists", "Model exists", detail)
    conn.execute(insert(model).values(**row, is_floor=False))
    if active_from is not None:
        _activate(conn, name, active_from)
    tell_change(conn, "model", name, None, _model(conn, name), user_id)


def change_model(conn: Connection, name: str, changes: Mapping[str, Any], user_id: int | None) -> None:
    """Change any of EDITABLE, and switch a model on or off by `is_active`, for every cut-off from now on.

    What it said before stays as it was said; a change to what is so already is none.
    """
    now = begin_change(conn)
    before = _model(conn, name)
    if before is None:
        raise ChangeRefused("missing", "No such model", f"There is no model {name}. Look at /api/models.")
    edits = {key: value for key, value in changes.items() if key in EDITABLE}
    if edits and before["provider"] == ENSEMBLE:
        detail = f"The members of {name} stay as they are, for its record is theirs. Add another ensemble."
        raise ChangeRefused("wrong", "Nothing to set", detail)
    if edits and before["provider"] == BASELINE:
        detail = f"{name} is a rule of Craveny's own, with nothing to set. Add a model of {' or '.join(PROVIDERS)}."
        raise ChangeRefused("wrong", "Nothing to set", detail)
    if edits:
        _check_purpose(conn, before["prompt_version"], _check(conn, edits, now))
        conn.execute(update(model).where(model.c.model_name == name).values(**edits))
    if changes.get("is_active", before["is_active"]) != before["is_active"]:
        (_deactivate if before["is_active"] else _activate)(conn, name, now)
    after = _model(conn, name)
    if after != before:
        tell_change(conn, "model", name, before, after, user_id)


def add_prompt(conn: Connection, given: Prompt, user_id: int | None) -> None:
    """Add a version of a prompt; it is never changed afterwards, and used by the models that are set to it."""
    begin_change(conn)
    c = prompt.c
    if conn.execute(select(c.prompt_version).where(c.prompt_version == given.prompt_version)).first():
        detail = f"There is a prompt {given.prompt_version}, and none is ever changed. Choose another name."
        raise ChangeRefused("exists", "Prompt exists", detail)
    if problems := problems_of(given):
        raise ChangeRefused("wrong", "Unusable prompt", " ".join(problems))
    conn.execute(insert(prompt).values(**asdict(given), created_by=user_id))
    tell_change(conn, "prompt", given.prompt_version, None, asdict(given), user_id)


def add_price(
    conn: Connection, price_entry: str, from_date: date, given: Price, note: str, user_id: int | None
) -> None:
    """Say what a price entry costs from a UTC day on; zeros are for a server that asks for nothing."""
    begin_change(conn)
    c, key = llm_price.c, {"price_entry": price_entry, "from_date": from_date}
    earlier = select(c.from_date, c.input_usd, c.cached_input_usd, c.output_usd, c.note).where(
        c.price_entry == price_entry, c.from_date <= from_date
    )
    before = conn.execute(earlier.order_by(c.from_date.desc()).limit(1)).mappings().first()
    if before is not None and before["from_date"] == from_date:
        detail = f"{price_entry} has a price from {from_date} on, and none is ever changed. Name a later day."
        raise ChangeRefused("exists", "Price exists", detail)
    row = {**asdict(given), "note": note}
    conn.execute(insert(llm_price).values(**key, **row))
    after = {"from_date": from_date, **row}
    tell_change(conn, "price", price_entry, None if before is None else dict(before), after, user_id)


def begin_change(conn: Connection) -> datetime:
    """Wait for other changes, so that each sees what the one before it left; gives the database's time."""
    bump(conn, EVERYWHERE, MODEL)
    return database_now(conn)


def _check(conn: Connection, given: Mapping[str, Any], now: datetime) -> Prompt | None:
    """The prompt that is named; ChangeRefused when it or the price is not known."""
    try:
        found = prompt_of(conn, given["prompt_version"]) if "prompt_version" in given else None
        if "price_entry" in given:
            price_of(conn, given["price_entry"], now.astimezone(UTC).date())
    except LookupError as unknown:
        raise ChangeRefused("wrong", "Unknown prompt or price", str(unknown)) from unknown
    return found


def _check_member(conn: Connection, name: str) -> None:
    try:
        member = model_called(conn, name)
    except LookupError as unknown:
        raise ChangeRefused("wrong", "No such model", str(unknown)) from unknown
    if not member.can_be_member:
        detail = f"{name} is {'a floor' if member.is_floor else 'an ensemble'}, which is no member. Name other models."
        raise ChangeRefused("wrong", "No member", detail)
    if member.prompt_version is not None and prompt_of(conn, member.prompt_version).purpose != "forecast":
        raise ChangeRefused("wrong", "No member", f"{name} writes reports. Name models that forecast.")


def _check_purpose(conn: Connection, present: str | None, found: Prompt | None) -> None:
    # A forecaster that became a writer of reports would end its record without a word, and the other way round.
    purpose = prompt_of(conn, present).purpose
    if found is not None and found.purpose != purpose:
        detail = f"The prompt {found.prompt_version} is for {found.purpose}s. Name one for {purpose}s."
        raise ChangeRefused("wrong", "Another purpose", detail)


def _model(conn: Connection, name: str) -> dict[str, Any] | None:
    row = conn.execute(select(*(model.c[c] for c in _SHOWN)).where(model.c.model_name == name)).mappings().first()
    if row is None:
        return None
    is_active = conn.execute(select(model_activation.c.model_name).where(*_active(name))).first() is not None
    return {**row, "is_active": is_active}


def _active(name: str) -> tuple:
    a, now = model_activation.c, func.clock_timestamp()
    return a.model_name == name, a.active_from_at <= now, or_(a.active_until_at.is_(None), a.active_until_at > now)


def _activate(conn: Connection, name: str, now: datetime) -> None:
    conn.execute(insert(model_activation).values(model_name=name, active_from_at=now))


def _deactivate(conn: Connection, name: str, now: datetime) -> None:
    if conn.execute(select(model.c.is_floor).where(model.c.model_name == name)).scalar_one():
        detail = f"{name} is a floor: every model is measured against it. Leave it on."
        raise ChangeRefused("wrong", "Floors always run", detail)
    conn.execute(update(model_activation).where(*_active(name)).values(active_until_at=now))


def tell_change(conn: Connection, subject: str, name: str, before: object, after: object, user_id: int | None) -> None:
    """Tell a change in the log of changes: rows before (None: it was added) and after, and who made it."""
    said = {"subject": subject, "name": name, "before": _plain(before), "after": _plain(after), "user_id": user_id}
    conn.execute(insert(change_log).values(said))


def _plain(value: Any) -> Any:  # noqa: ANN401 - a row as JSON; amounts as text, which loses no digit
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | str | int | float | bool | None):
        return value
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
