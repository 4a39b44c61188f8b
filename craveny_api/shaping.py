"""Rows of the store as the shapes the API says."""

from collections.abc import Iterable
from typing import Any

from craveny_api.schemas import Article, Bar, Prediction, Provenance, SessionTimes, Settlement, Stock
from craveny_domain.bars import ShownBar
from craveny_domain.clocks import Market, Session, cutoff
from craveny_store.reads.paging import Row

_SAID = tuple(name for name in Prediction.model_fields if name != "settlement")
_CAME_OUT = tuple(Settlement.model_fields)
_TOLD = tuple(Article.model_fields)
_LISTED = tuple(Stock.model_fields)
_SHOWN = ("adjusted_close", "total_return_close", "is_corrected")
_BAR = tuple(name for name in Bar.model_fields if name not in _SHOWN)


def prediction_values(row: Row) -> dict[str, Any]:
    """The values of a Prediction."""
    return {name: row[name] for name in _SAID} | {"settlement": {name: row[name] for name in _CAME_OUT}}


def prediction_page(rows: Iterable[Row], next_cursor: str | None) -> dict[str, Any]:
    """The values of a Page[Prediction]."""
    return {"items": [prediction_values(row) for row in rows], "next_cursor": next_cursor}


def article_page(rows: Iterable[Row], next_cursor: str | None) -> dict[str, Any]:
    """The values of a Page[Article]."""
    return {"items": [article_values(row) for row in rows], "next_cursor": next_cursor}


def article_values(row: Row) -> dict[str, Any]:
    """The values of an Article."""
    return {name: row[name] for name in _TOLD}


def stock_values(row: Row) -> dict[str, Any]:
    """The values of a Stock."""
    return {name: row[name] for name in _LISTED}


def bar_shape(shown: ShownBar) -> Bar:
    """A bar."""
    observed = {name: getattr(shown.observation, name) for name in _BAR}
    return Bar(**observed, **{name: getattr(shown, name) for name in _SHOWN})


def session_times(market: Market, session: Session | None) -> SessionTimes | None:
    """A session with its cut-off."""
    if session is None:
        return None
    return SessionTimes(
        session_date=session.session_date,
        cutoff_at=cutoff(session, market.lead),
        open_at=session.open_at,
        close_at=session.close_at,
    )


def provenance_shape(found: Row | None, run_id: str | None = None) -> Provenance | None:
    """Where a row came from; `run_id` is the run that made it, where that is known of the row itself."""
    if found is None:
        return None
    return Provenance.model_validate(found | ({} if run_id is None else {"run_id": run_id}))
