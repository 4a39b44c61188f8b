"""The forecasters there are. Without an ETag: an activation begins and ends by the clock, and nothing is written."""

from typing import Annotated

from fastapi import APIRouter, Depends

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.caching import Reading, Reads
from craveny_api.problems import documented
from craveny_api.schemas import examples
from craveny_store.reads.models import list_models as models_of

router = APIRouter(prefix="/api/models", tags=["models"], dependencies=[Depends(Needs("guest"))])

_EXAMPLE = {
    "model": "nearest_news", "provider": "baseline", "identifier": "nearest_news", "is_floor": False,
    "prompt_version": None, "knowledge_cutoff_date": None, "is_active": True,
    "active_from_at": "1970-01-01T00:00:00Z",
}  # fmt: skip


@router.get("", responses={200: examples([_EXAMPLE]), **documented()}, summary="Every model")
def list_models(read: Annotated[Reading, Depends(Reads())]) -> list[schemas.Model]:
    """Every model that ever forecast or will, those with a claim first, then the floors."""
    with read as conn:
        return [schemas.Model.model_validate(row) for row in models_of(conn)]
