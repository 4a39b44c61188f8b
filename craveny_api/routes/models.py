"""The forecasters there are, the prompts they are told and the prices they have.

Models and prices come without an ETag: an activation begins and a price holds by the clock, and nothing is written.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import TypeAdapter
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.model_examples import CHANGE, MODEL, PRICE, PROMPT
from craveny_api.pages import AskedPart, Id, next_cursor
from craveny_api.problems import documented
from craveny_api.schemas import examples
from craveny_store.heads import MODEL as HEAD
from craveny_store.reads import models as reads

router = APIRouter(prefix="/api", tags=["models"], dependencies=[Depends(Needs("guest"))])
CHANGES = TypeAdapter(tuple[Literal["changes"], Id])


@router.get("/models", responses={200: examples([MODEL]), **documented()}, summary="Every model")
def list_models(read: Annotated[Reading, Depends(Reads())]) -> list[schemas.Model]:
    """Every model that ever forecast or will, those with a claim first, then the floors."""
    with read as conn:
        return [schemas.Model.model_validate(row) for row in reads.list_models(conn)]


@router.get(
    "/prompts",
    response_model=list[schemas.Prompt],
    responses={200: examples([PROMPT]), **documented(304)},
    summary="Every prompt",
)
def list_prompts(read: Annotated[Reading, Depends(Reads(HEAD))]) -> Response:
    """Every version of every prompt, the newest first."""
    return read.answer(reads.list_prompts)


@router.get("/model-prices", responses={200: examples([PRICE]), **documented()}, summary="What models cost")
def list_prices(read: Annotated[Reading, Depends(Reads())]) -> list[schemas.ModelPrice]:
    """Every price that holds, held or will hold, by entry, the newest first."""
    with read as conn:
        return [schemas.ModelPrice.model_validate(row) for row in reads.list_prices(conn)]


@router.get(
    "/model-changes",
    dependencies=[Depends(Needs("admin"))],
    response_model=schemas.Page[schemas.Change],
    responses={200: examples({"items": [CHANGE], "next_cursor": None}), **documented(304)},
    summary="Who changed what",
)
def list_changes(
    read: Annotated[Reading, Depends(Reads(HEAD))],
    part: AskedPart,
    subject: Annotated[schemas.ChangeSubject | None, Query()] = None,
    name: Annotated[schemas.Handle | None, Query(description="of the model, prompt, price entry or A/B test")] = None,
) -> Response:
    """What people changed of models, prompts, prices and A/B tests, the newest first."""
    cut = part.cut(CHANGES)

    def page(conn: Connection) -> dict[str, Any]:
        found = reads.list_changes(conn, subject, name, cut)
        return {"items": found.rows, "next_cursor": next_cursor(found, "changes")}

    return read.answer(page)
