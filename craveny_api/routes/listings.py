"""What administrators change of stocks: listed, renamed, paused, called otherwise. All of it counts from now on."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.changes import OWN_PAGES, changing
from craveny_api.markets import known_market
from craveny_api.pages import Id
from craveny_api.problems import Refusal, documented
from craveny_api.routes.stocks import Code, Symbol, known_stock
from craveny_api.schemas import examples
from craveny_api.shaping import stock_values
from craveny_api.stock_examples import ALIAS, STOCK
from craveny_domain.facts import Listing
from craveny_store import listings

router = APIRouter(prefix="/api/stocks", tags=["stocks"], dependencies=[Depends(Needs("admin")), *OWN_PAGES])
NULLABLE = {"name_en", "sector"}
"""What a null takes away; of all else it means: as it is."""


@router.post(
    "",
    status_code=201,
    responses={201: examples(STOCK), **documented(400, 404, 409, 413)},
    summary="List a stock or an index",
)
def add_stock(request: Request, asked: schemas.NewStock) -> schemas.Stock:
    """List a stock from now on: it is crawled and forecast once there are prices of it."""
    market = known_market(asked.market)
    with changing(request, "stock added", **asked.model_dump()) as conn:
        at = listings.begin_change(conn, market.code)
        told = asked.model_dump(exclude={"market"})
        if not listings.add_stock(conn, market, Listing(**told, aliases=(), available_at=at)):
            detail = f"The market {market.code} has a stock {asked.symbol}. Change it at its own address."
            raise Refusal(409, "Stock exists", detail)
        return schemas.Stock(**stock_values(known_stock(conn, market.code, asked.symbol)))


@router.patch(
    "/{market}/{symbol}",
    responses={200: examples(STOCK), **documented(400, 404, 413)},
    summary="Change what it is listed as",
)
def change_stock(request: Request, market: Code, symbol: Symbol, asked: schemas.StockChange) -> schemas.Stock:
    """Rename, reprioritise, pause or resume a stock from now on; what was forecast before stays as it was."""
    given = asked.model_dump(exclude_unset=True)
    changes = {name: value for name, value in given.items() if value is not None or name in NULLABLE}
    with changing(request, "stock changed", market=market, symbol=symbol, **changes) as conn:
        stock_id, at = known_stock(conn, market, symbol)["stock_id"], listings.begin_change(conn, market)
        is_paused = changes.pop("is_paused", None)
        if changes:
            listings.change_stock(conn, stock_id, at, changes)
        if is_paused is not None:
            (listings.pause_stock if is_paused else listings.resume_stock)(conn, stock_id, at)
        return schemas.Stock(**stock_values(known_stock(conn, market, symbol)))


@router.post(
    "/{market}/{symbol}/aliases",
    status_code=201,
    responses={201: examples(ALIAS), **documented(400, 404, 409, 413)},
    summary="Call it by another name too",
)
def add_alias(request: Request, market: Code, symbol: Symbol, asked: schemas.NewAlias) -> schemas.StockAlias:
    """Link the stock by another name from now on; the same name with another `needs_context` replaces the former."""
    with changing(request, "alias added", market=market, symbol=symbol, **asked.model_dump()) as conn:
        stock_id, at = known_stock(conn, market, symbol)["stock_id"], listings.begin_change(conn, market)
        needs_context = asked.needs_context
        added = listings.add_alias(conn, stock_id, at, asked.alias, asked.kind, needs_context=needs_context)
        if added is None:
            detail = f"{symbol} goes by the {asked.kind} {asked.alias} already. Change its needs_context, or leave it."
            raise Refusal(409, "Alias exists", detail)
        return schemas.StockAlias(**vars(added))


@router.delete(
    "/{market}/{symbol}/aliases/{alias_id}",
    status_code=204,
    responses=documented(404),
    summary="No longer call it so",
)
def retire_alias(request: Request, market: Code, symbol: Symbol, alias_id: Annotated[Id, Path()]) -> None:
    """Give a name up from now on; links that rest on it stay."""
    with changing(request, "alias retired", market=market, symbol=symbol, alias_id=alias_id) as conn:
        stock_id, at = known_stock(conn, market, symbol)["stock_id"], listings.begin_change(conn, market)
        if not listings.retire_alias(conn, stock_id, at, alias_id):
            detail = f"{symbol} has no alias {alias_id}. Look at /api/stocks/{market}/{symbol}/aliases."
            raise Refusal(404, "No such alias", detail)
