"""What administrators change of models, prompts and prices. Each change is told in the log of changes, and the next
run goes by it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.changes import OWN_PAGES, changing
from craveny_api.markets import known_market
from craveny_api.model_examples import ENSEMBLE, MODEL, PREVIEW, PRICE, PROMPT
from craveny_api.preview import preview
from craveny_api.problems import documented
from craveny_api.schemas import examples
from craveny_domain.llm_cost import Price
from craveny_domain.prompts import Prompt
from craveny_store import model_changes as store
from craveny_store.reads import models as reads

router = APIRouter(prefix="/api", tags=["models"], dependencies=[Depends(Needs("admin")), *OWN_PAGES])
Name = Annotated[schemas.ModelName, Path(pattern=r"^[^\x00]+$")]
NULLABLE = {"knowledge_cutoff_date"}
"""What a null takes away; of all else it means: as it is."""


@router.post(
    "/models",
    status_code=201,
    responses={201: examples(MODEL), **documented(400, 409, 413)},
    summary="Add a language model",
)
def add_model(request: Request, asked: schemas.NewModel) -> schemas.Model:
    """Ask another language model from now on. Its provider's key is the code server's, and never kept here."""
    with changing(request, "model added", model=asked.model) as conn:
        told = asked.model_dump(exclude={"model", "parameters", "is_active"})
        given = store.NewModel(model_name=asked.model, parameters=asked.parameters.sent(), **told)
        store.add_model(conn, given, _who(request), is_active=asked.is_active)
        return _model(conn, asked.model)


@router.post(
    "/ensembles",
    status_code=201,
    responses={201: examples(ENSEMBLE), **documented(400, 409, 413)},
    summary="Add an ensemble",
)
def add_ensemble(request: Request, asked: schemas.NewEnsemble) -> schemas.Model:
    """Make one more answer of what models say of each question from now on. Nobody is asked, and it costs nothing."""
    with changing(request, "ensemble added", model=asked.model) as conn:
        given = store.NewEnsemble(asked.model, asked.identifier, asked.members)
        store.add_ensemble(conn, given, _who(request), is_active=asked.is_active)
        return _model(conn, asked.model)


@router.patch(
    "/models/{model}", responses={200: examples(MODEL), **documented(400, 404, 413)}, summary="Change a model"
)
def change_model(
    request: Request, model: Annotated[schemas.ModelName, Path()], asked: schemas.ModelChange
) -> schemas.Model:
    """Switch a model on or off, or ask it otherwise from now on; what it said before stays as it was said."""
    given = asked.model_dump(exclude_unset=True, exclude={"parameters"})
    changes = {name: value for name, value in given.items() if value is not None or name in NULLABLE}
    if asked.parameters is not None:
        changes["parameters"] = asked.parameters.sent()
    with changing(request, "model changed", model=model, changed=sorted(changes)) as conn:
        store.change_model(conn, model, changes, _who(request))
        return _model(conn, model)


@router.post(
    "/prompts",
    status_code=201,
    responses={201: examples(PROMPT), **documented(400, 409, 413)},
    summary="Add a version of a prompt",
)
def add_prompt(request: Request, asked: schemas.NewPrompt) -> schemas.Prompt:
    """Keep a prompt; models use it once they are set to it."""
    with changing(request, "prompt added", prompt_version=asked.prompt_version) as conn:
        store.add_prompt(conn, Prompt(**asked.model_dump()), _who(request))
        return schemas.Prompt.model_validate(reads.prompt_named(conn, asked.prompt_version))


@router.post(
    "/prompts/preview",
    responses={200: examples(PREVIEW), **documented(400, 404, 413)},
    summary="A prompt as it would be sent",
)
def preview_prompt(read: Annotated[Reading, Depends(Reads())], asked: schemas.AskedPreview) -> schemas.PromptPreview:
    """Fill a prompt with what was frozen for a stock's session. Nobody is asked, and nothing is kept or paid."""
    known_market(asked.market)
    with read as conn:
        return preview(conn, asked)


@router.post(
    "/model-prices",
    status_code=201,
    responses={201: examples(PRICE), **documented(400, 409, 413)},
    summary="Add a price",
)
def add_price(request: Request, asked: schemas.NewModelPrice) -> schemas.ModelPrice:
    """Say what a price entry costs from a UTC day on; what was paid before stays as it was paid."""
    with changing(request, "price added", price_entry=asked.price_entry, from_date=str(asked.from_date)) as conn:
        amounts = Price(asked.input_usd, asked.cached_input_usd, asked.output_usd)
        store.add_price(conn, asked.price_entry, asked.from_date, amounts, asked.note, _who(request))
        (row,) = [
            row
            for row in reads.list_prices(conn)
            if (row["price_entry"], row["from_date"]) == (asked.price_entry, asked.from_date)
        ]
        return schemas.ModelPrice.model_validate(row)


def _model(conn: Connection, name: str) -> schemas.Model:
    return schemas.Model.model_validate(reads.model_named(conn, name))


def _who(request: Request) -> int | None:
    return request.state.person.user_id
