"""What each member is worth to its ensemble: the ensemble as it was against what it would have been without it."""

from fastapi import APIRouter, Depends, Response
from sqlalchemy import Connection

from craveny_api import schemas
from craveny_api.auth.roles import Needs
from craveny_api.problems import documented
from craveny_api.routes.evaluations import Asked, Named, Read
from craveny_api.schemas import examples
from craveny_domain.member_worth import member_worths
from craveny_store.reads.evaluations import board_span
from craveny_store.reads.members import board_members

router = APIRouter(prefix="/api/evaluations", tags=["evaluations"], dependencies=[Depends(Needs("guest"))])

_WORTH = {
    "ensemble": "ensemble_mean", "member": "nearest_news",
    "brier": {"value": 0.0012, "low": -0.0004, "high": 0.003, "n": 1200, "days": 60},
    "hit_rate": {"value": 0.01, "low": -0.005, "high": 0.02, "n": 1200, "days": 60},
}  # fmt: skip


@router.get(
    "/members",
    response_model=list[schemas.MemberWorth],
    responses={200: examples([_WORTH]), **documented(304, 404)},
    summary="What each member is worth to its ensemble",
)
def evaluations_members(asked: Named, read: Read) -> Response:
    """By ensemble and member, over the questions that settled on time and that the member and another one answered:
    how much worse the ensemble would have been without it."""
    return read.answer(lambda conn: _worths(conn, asked))


def _worths(conn: Connection, asked: Asked) -> list[schemas.MemberWorth]:
    span = board_span(conn, asked.place, asked.days)
    days = board_members(conn, asked.place, *span) if span else {}
    return [
        schemas.MemberWorth.model_validate({"ensemble": ensemble, "member": member, **worth}, from_attributes=True)
        for (ensemble, member), worth in member_worths(days, asked.horizon).items()
    ]
