"""Whether this process lives and can work, what it counts, and what a page must know first."""

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from craveny_api.auth.roles import Needs
from craveny_api.problems import documented
from craveny_api.readiness import VERSION, look
from craveny_api.schemas import Health, Readiness, Settings

router = APIRouter(tags=["service"], dependencies=[Depends(Needs("public"))])


@router.get("/health", responses=documented())
async def health() -> Health:
    """That the process answers; asks nobody else."""
    return Health(version=VERSION)


@router.get(
    "/ready",
    responses={**documented(), 503: {"model": Readiness, "description": "A part that is needed does not answer"}},
)
def ready(request: Request, response: Response) -> Readiness:
    """Whether every part that is needed answers; 503 naming the one that does not."""
    found = look(request.app.state)
    if found.status == "not_ready":
        response.status_code = 503
    return found


@router.get("/metrics", response_class=Response, responses={**documented(), 200: {"content": {"text/plain": {}}}})
def metrics(request: Request) -> Response:
    """Counts and times, for Prometheus."""
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/api/settings", responses=documented())
async def settings(request: Request) -> Settings:
    """What a page must know before it asks for anything else."""
    found = request.app.state.settings
    return Settings(
        version=VERSION,
        login_required=found.login_required,
        dagster_address=found.dagster_address or None,
        alerts=found.alerts,
    )
