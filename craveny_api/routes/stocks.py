"""Stocks and indices: found, and one with its bars, its news, its forecasts and each model's record on it."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field, TypeAdapter
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.markets import known_market
from craveny_api.pages import AskedPart, SymbolText, asked_markets, next_cursor
from craveny_api.prediction_examples import PAGE as PREDICTIONS
from craveny_api.problems import Refusal, documented
from craveny_api.routes import news, predictions
from craveny_api.schemas import examples
from craveny_api.shaping import bar_shape, stock_values
from craveny_api.stock_examples import ALIAS, BARS, DETAIL, PAGE
from craveny_domain.scoring import summarise_all
from craveny_store.listings import aliases_of
from craveny_store.reads.articles import Asked as AskedNews
from craveny_store.reads.bars import bars_between, newest_bar_date
from craveny_store.reads.evaluations import Board, board_sums, forecasters
from craveny_store.reads.paging import Row
from craveny_store.reads.predictions import Asked
from craveny_store.reads.stocks import Sort, stock_called
from craveny_store.reads.stocks import list_stocks as stocks_of

router = APIRouter(prefix="/api/stocks", tags=["stocks"], dependencies=[Depends(Needs("guest"))])
CURSORS: dict[Sort, TypeAdapter[Any]] = {
    "symbol": TypeAdapter(tuple[Literal["symbol"], str, str]),
    "name": TypeAdapter(tuple[Literal["name"], str, int]),
}
SPAN, LONGEST_SPAN = timedelta(days=365), timedelta(days=3660)
DRAWS = 399
"""Resamplings behind a record's intervals: half of a board's, for a page that shows seven models at once."""

Code = Annotated[schemas.MarketCode, Path()]
Symbol = Annotated[SymbolText, Path()]


@router.get(
    "",
    response_model=schemas.Page[schemas.Stock],
    responses={200: examples(PAGE), **documented(304, 404)},
    summary="Stocks and indices",
)
def list_stocks(
    read: Annotated[Reading, Depends(Reads("stock"))],
    part: AskedPart,
    market: Annotated[schemas.MarketCode | None, Query()] = None,
    q: Annotated[
        str | None,
        Field(max_length=64, pattern=r"^[^\x00]*$"),
        Query(description="a part of a symbol or of any name it goes by"),
    ] = None,
    kind: Annotated[Literal["stock", "index"] | None, Query()] = None,
    sort: Annotated[Sort, Query()] = "symbol",
) -> Response:
    """Everything the markets list or ever listed."""
    code = None if market is None else asked_markets(market)[0].code
    cut = part.cut(CURSORS[sort])

    def page(conn: Connection) -> dict[str, Any]:
        found = stocks_of(conn, code, q, kind, sort, cut)
        return {"items": [stock_values(row) for row in found.rows], "next_cursor": next_cursor(found, sort)}

    return read.answer(page)


@router.get(
    "/{market}/{symbol}",
    response_model=schemas.StockDetail,
    responses={200: examples(DETAIL), **documented(304, 404)},
    summary="One stock",
)
def get_stock(
    market: Code,
    symbol: Symbol,
    read: Annotated[Reading, Depends(Reads("stock", "price", "prediction", "evaluation_history", "model"))],
    board: Annotated[
        schemas.Board, Query(description="live: made before the open; reconstructed: all others")
    ] = "live",
    horizon: Annotated[schemas.Horizon, Query(description="sessions")] = 1,
) -> Response:
    """A stock, its newest bar, and how each model's settled forecasts of it came out on a board."""
    return read.answer(lambda conn: _detail(conn, known_stock(conn, market, symbol), board, horizon))


def _detail(conn: Connection, row: Row, board: schemas.Board, horizon: schemas.Horizon) -> schemas.StockDetail:
    newest = newest_bar_date(conn, row["stock_id"])
    bars = bars_between(conn, row["stock_id"], newest, newest) if newest else []
    return schemas.StockDetail(
        **stock_values(row),
        aliases=row["aliases"],
        newest_bar=bar_shape(bars[-1]) if bars else None,
        records=_records(conn, row, board, horizon),
    )


def known_stock(conn: Connection, market: str, symbol: str) -> Row:
    """The row of a stock; 404 when the market has no such symbol."""
    row = stock_called(conn, known_market(market).code, symbol)
    if row is None:
        raise Refusal(404, "No such stock", f"The market {market} has no stock {symbol}. Look for it at /api/stocks.")
    return row


def _records(conn: Connection, row: Row, board: schemas.Board, horizon: schemas.Horizon) -> list[schemas.ModelRecord]:
    place = Board(row["market"], board, horizon, stock_id=row["stock_id"])
    sums = board_sums(conn, place, date.min, date.max)
    figures = summarise_all(sums, horizon, draws=DRAWS)
    return [
        schemas.ModelRecord(
            model=each.name,
            is_floor=each.is_floor,
            horizon=horizon,
            board=board,
            figures={name: schemas.Figure(**vars(figure)) for name, figure in figures[each.name].items()},
        )
        for each in forecasters(conn)
        if each.name in sums
    ]


@router.get(
    "/{market}/{symbol}/aliases",
    response_model=list[schemas.StockAlias],
    responses={200: examples([ALIAS]), **documented(304, 404)},
    summary="What it is called",
)
def stock_aliases(market: Code, symbol: Symbol, read: Annotated[Reading, Depends(Reads("stock"))]) -> Response:
    """The ways texts write the stock now, in order of the words."""

    def names(conn: Connection) -> list[dict[str, Any]]:
        return [vars(alias) for alias in aliases_of(conn, known_stock(conn, market, symbol)["stock_id"])]

    return read.answer(names)


@router.get(
    "/{market}/{symbol}/bars",
    response_model=schemas.Bars,
    responses={200: examples(BARS), **documented(304, 404)},
    summary="Daily bars",
)
def stock_bars(
    market: Code,
    symbol: Symbol,
    read: Annotated[Reading, Depends(Reads("stock", "price"))],
    first: Annotated[date | None, Query(description="none: a year before the last")] = None,
    last: Annotated[date | None, Query(description="none: the newest session, or a year after the first")] = None,
) -> Response:
    """Daily bars as known now, at most ten years of them; the span is sessions, both ends included."""
    return read.answer(lambda conn: _bars(conn, known_stock(conn, market, symbol), first, last))


def _bars(conn: Connection, row: Row, first: date | None, last: date | None) -> schemas.Bars:
    span = _span(first, last, newest_bar_date(conn, row["stock_id"]))
    bars = bars_between(conn, row["stock_id"], *span) if span else []
    return schemas.Bars(
        market=row["market"],
        symbol=row["symbol"],
        currency=row["currency"],
        is_synthetic=row["is_synthetic"],
        items=[bar_shape(bar) for bar in bars],
    )


def _span(first: date | None, last: date | None, newest: date | None) -> tuple[date, date] | None:
    until = last or newest
    if until is None:
        return None
    since = first or date.fromordinal(max(1, until.toordinal() - SPAN.days))
    if until - since > LONGEST_SPAN:
        detail = f"From {since} to {until} is more than {LONGEST_SPAN.days} days. Ask for a shorter span."
        raise Refusal(422, "Span too long", detail)
    return since, until


@router.get(
    "/{market}/{symbol}/news",
    response_model=schemas.Page[schemas.Article],
    responses={200: examples(news.PAGE_EXAMPLE), **documented(304, 404)},
    summary="Its news",
)
def stock_news(market: Code, symbol: Symbol, read: news.Read, part: AskedPart) -> Response:
    """Articles about the stock, the one that became available last first."""

    def page(conn: Connection) -> dict[str, Any]:
        known_stock(conn, market, symbol)
        return news.article_list(conn, [known_market(market)], AskedNews(symbol), part)

    return read.answer(page)


@router.get(
    "/{market}/{symbol}/predictions",
    response_model=schemas.Page[schemas.Prediction],
    responses={200: examples(PREDICTIONS), **documented(304, 404)},
    summary="Its forecasts",
)
def stock_predictions(
    market: Code, symbol: Symbol, read: predictions.Read, part: AskedPart, narrowed: predictions.AskedNarrowed
) -> Response:
    """Forecasts of the stock, the newest session first."""

    def page(conn: Connection) -> dict[str, Any]:
        known_stock(conn, market, symbol)
        asked = Asked(symbol, **vars(narrowed))
        return predictions.prediction_list(conn, [known_market(market)], asked, "newest", part)

    return read.answer(page)
