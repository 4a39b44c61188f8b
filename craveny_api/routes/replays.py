"""What models would have said of past sessions: kept apart from forecasts, and in no figure of any board."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import TypeAdapter
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.language import replay_shapes
from craveny_api.pages import AskedPart, SymbolText, asked_markets, next_cursor
from craveny_api.parameters import given
from craveny_api.prediction_examples import REPLAY
from craveny_api.problems import documented
from craveny_api.schemas import examples
from craveny_store.reads.language import Asked, list_replays

router = APIRouter(prefix="/api/replays", tags=["predictions"], dependencies=[Depends(Needs("guest"))])
CURSOR = TypeAdapter(tuple[Literal["newest"], date, int, int, str, str])
_PAGE = {"items": [REPLAY], "next_cursor": "WyJuZXdlc3QiLCIyMDI2LTEwLTE2Iiw3LDEsIm1pbmkiLCJmb3JlY2FzdC0xIl0"}


@dataclass(frozen=True)
class Narrowed:
    """What replays can be narrowed by."""

    symbol: Annotated[SymbolText | None, Query()] = None
    session_date: Annotated[date | None, Query(description="the session forecast")] = None
    horizon: Annotated[schemas.Horizon | None, Query(description="sessions")] = None
    model: Annotated[schemas.Handle | None, Query()] = None
    prompt_version: Annotated[schemas.Handle | None, Query()] = None


@router.get(
    "",
    response_model=schemas.Page[schemas.Replay],
    responses={200: examples(_PAGE), **documented(304, 404)},
    summary="Replays",
)
def replays(
    read: Annotated[Reading, Depends(Reads("replay", "stock"))],
    part: AskedPart,
    narrowed: Annotated[Narrowed, Depends(given(Narrowed))],
    market: Annotated[schemas.MarketCode | None, Query()] = None,
) -> Response:
    """What models would have said of past sessions, the newest session first."""
    codes, cut = [known.code for known in asked_markets(market)], part.cut(CURSOR)

    def page(conn: Connection) -> dict[str, Any]:
        found = list_replays(conn, codes, Asked(**vars(narrowed)), cut)
        return {"items": replay_shapes(found.rows), "next_cursor": next_cursor(found, "newest")}

    return read.answer(page)
