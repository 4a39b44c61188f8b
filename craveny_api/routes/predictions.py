"""Forecasts: lists with filters, models side by side, and one from its inputs to its settlement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field, TypeAdapter
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.evidence import prediction_detail
from craveny_api.markets import known_market
from craveny_api.pages import AskedPart, Id, Part, SymbolText, asked_markets, next_cursor
from craveny_api.parameters import MAX_PAGE_SIZE, PAGE_SIZE, Cursor, given
from craveny_api.prediction_examples import COMPARISON, PAGE, TOLD
from craveny_api.problems import Refusal, documented
from craveny_api.schemas import examples
from craveny_api.shaping import prediction_page, prediction_values
from craveny_domain.clocks import Market
from craveny_store.reads.paging import Found, Row
from craveny_store.reads.predictions import (
    Asked,
    Sides,
    Sort,
    Status,
    compare,
    models_of,
    newest_session,
    prediction_of,
)
from craveny_store.reads.predictions import list_predictions as forecasts_of

router = APIRouter(prefix="/api/predictions", tags=["predictions"], dependencies=[Depends(Needs("guest"))])
ASSETS = ("prediction", "evaluation_history", "stock", "model")
Read = Annotated[Reading, Depends(Reads(*ASSETS))]

CURSORS: dict[Sort, TypeAdapter[Any]] = {
    "newest": TypeAdapter(tuple[Literal["newest"], date, str, int, int]),
    "oldest": TypeAdapter(tuple[Literal["oldest"], date, str, int, int]),
    "confident": TypeAdapter(tuple[Literal["confident"], date, float, int]),
}
NONE = Found([], None)
COMPARED = TypeAdapter(tuple[Literal["symbol"], str])
Text = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]


@dataclass(frozen=True)
class Narrowed:
    """What the forecasts of one stock can be narrowed by, and all others too."""

    models: Annotated[list[Text] | None, Query(alias="model", max_length=50, description="several may be named")] = None
    horizon: Annotated[schemas.Horizon | None, Query(description="sessions")] = None
    session_from: Annotated[date | None, Query(description="the first session")] = None
    session_to: Annotated[date | None, Query(description="the last session")] = None


AskedNarrowed = Annotated[Narrowed, Depends(given(Narrowed))]


@dataclass(frozen=True)
class NarrowedFurther:
    """What else forecasts can be narrowed by."""

    symbol: Annotated[SymbolText | None, Query()] = None
    direction: Annotated[schemas.Direction | None, Query()] = None
    session_date: Annotated[date | None, Query(description="the session forecast")] = None
    origin: Annotated[schemas.Origin | None, Query()] = None
    outcome_class: Annotated[schemas.OutcomeClass | None, Query()] = None
    status: Annotated[
        Status | None,
        Query(description="open ones are looked for in the newest 30 days with forecasts, or from session_from on"),
    ] = None


@router.get(
    "",
    response_model=schemas.Page[schemas.Prediction],
    responses={200: examples(PAGE), **documented(304, 404)},
    summary="Forecasts",
)
def list_predictions(
    read: Read,
    part: AskedPart,
    narrowed: AskedNarrowed,
    further: Annotated[NarrowedFurther, Depends(given(NarrowedFurther))],
    market: Annotated[schemas.MarketCode | None, Query()] = None,
    sort: Annotated[
        Sort, Query(description="by session; confident: the newest session first, in it the surest forecasts first")
    ] = "newest",
) -> Response:
    """Forecasts of every market, stock and model, or of those that are asked for. What nobody has gives none."""
    markets, asked = asked_markets(market), Asked(**vars(narrowed), **vars(further))
    return read.answer(lambda conn: prediction_list(conn, markets, asked, sort, part))


def prediction_list(
    conn: Connection, markets: Sequence[Market], asked: Asked, sort: Sort, part: Part
) -> dict[str, Any]:
    """One page of forecasts; 422 for a cursor of another list."""
    found = forecasts_of(conn, [m.code for m in markets], asked, sort, part.cut(CURSORS[sort]))
    return prediction_page(found.rows, next_cursor(found, sort))


@router.get(
    "/compare",
    response_model=schemas.Comparison,
    responses={200: examples(COMPARISON), **documented(304, 404)},
    summary="Models side by side",
)
def compare_predictions(
    read: Read,
    market: Annotated[schemas.MarketCode, Query()],
    session_date: Annotated[date | None, Query(description="none: the newest session with forecasts")] = None,
    horizon: Annotated[schemas.Horizon, Query(description="sessions")] = 1,
    models: Annotated[list[Text] | None, Query(alias="model", max_length=50, description="none: all")] = None,
    symbols: Annotated[list[SymbolText] | None, Query(alias="symbol", max_length=50, description="none: all")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="stocks")] = PAGE_SIZE,
    cursor: Cursor = None,
) -> Response:
    """What each model said of the same stocks for the same session; `models` are in the order of the columns."""
    known, cut = known_market(market), Part(limit, cursor).cut(COMPARED)

    def comparison(conn: Connection) -> schemas.Comparison:
        session = session_date or newest_session(conn, known.code)
        asked = [] if session is None else models_of(conn, known.code, session)
        sides = [m for m in asked if models is None or m in models]
        found = compare(conn, Sides(known.code, session, horizon, sides, symbols), cut) if session and sides else NONE
        return schemas.Comparison(
            market=known.code,
            session_date=session,
            horizon=horizon,
            models=sides,
            rows=_side_by_side(found.rows),
            next_cursor=next_cursor(found, "symbol"),
        )

    return read.answer(comparison)


def _side_by_side(rows: Sequence[Row]) -> list[schemas.ComparisonRow]:
    stocks = {
        row["symbol"]: {"symbol": row["symbol"], "name": row["name"], "is_synthetic": row["is_synthetic"]}
        for row in rows
    }
    answers: dict[str, dict[str, Any]] = {symbol: {} for symbol in stocks}
    for row in rows:
        answers[row["symbol"]][row["model"]] = prediction_values(row)
    return [
        schemas.ComparisonRow.model_validate(stock | {"answers": answers[symbol]}) for symbol, stock in stocks.items()
    ]


@router.get(
    "/{prediction_id}",
    response_model=schemas.PredictionDetail,
    responses={200: examples(TOLD), **documented(304, 404)},
    summary="One forecast, from its inputs to its settlement",
)
def get_prediction(
    prediction_id: Annotated[Id, Path()],
    read: Annotated[Reading, Depends(Reads(*ASSETS, "price", "news", "match", "replay"))],
) -> Response:
    """The forecast, the frozen question it answered, what a language model was sent and said, what others would have
    said, the Dagster partitions and runs behind it, and its bars."""
    return read.answer(lambda conn: _detail(conn, prediction_id))


def _detail(conn: Connection, prediction_id: int) -> schemas.PredictionDetail:
    row = prediction_of(conn, prediction_id)
    if row is None:
        raise Refusal(404, "No such forecast", f"There is no forecast {prediction_id}. Look at /api/predictions.")
    return prediction_detail(conn, row)
