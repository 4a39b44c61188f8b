"""The application: its routers, and everything that surrounds them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine
from starlette.middleware.gzip import GZipMiddleware

from craveny_api import dashboard, problems
from craveny_api.auth.roles import check_routes
from craveny_api.auth.tokens import Tokens
from craveny_api.body_limit import BodyLimit
from craveny_api.envelope import Envelope
from craveny_api.metrics import Metrics
from craveny_api.parameters import refuse_unknown_parameters
from craveny_api.readiness import VERSION
from craveny_api.remembered import Remembered
from craveny_api.routes import (
    ab_tests,
    auth,
    cost,
    evaluations,
    listings,
    markets,
    members,
    model_changes,
    models,
    news,
    operations,
    predictions,
    reliability,
    replays,
    report_records,
    reports,
    reviews,
    search,
    service,
    sources,
    stocks,
    verdicts,
)
from craveny_api.schemas import Problem
from craveny_api.settings import ApiSettings
from craveny_store.engine import read_only
from craveny_store.milvus_search import MilvusSearch

ROUTERS: tuple[APIRouter, ...] = (
    auth.router,
    service.router,
    markets.router,
    stocks.router,
    listings.router,
    reports.router,
    predictions.router,
    replays.router,
    news.router,
    reviews.router,
    search.router,
    models.router,
    model_changes.router,
    cost.router,
    evaluations.router,
    reliability.router,
    verdicts.router,
    members.router,
    report_records.router,
    ab_tests.router,
    operations.router,
    sources.router,
)  # fmt: skip


def create_app(settings: ApiSettings, engine: Engine, *, build: Path = dashboard.BUILD) -> FastAPI:
    """The API over one database; `build` is the folder of the built dashboard."""
    app = FastAPI(
        title="Craveny",
        version=VERSION,
        description="Forecasts from market news, each settled against real prices.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        lifespan=_lifespan,
    )
    app.state.settings, app.state.engine, app.state.reader = settings, engine, read_only(engine)
    app.state.parameters, app.state.remembered = {}, Remembered()
    app.state.milvus = MilvusSearch(settings.milvus_uri) if settings.milvus_uri else None
    app.state.tokens, app.state.metrics, app.state.dashboard = Tokens(settings.signing_keys), Metrics(engine), build
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(refuse_unknown_parameters)])
    check_routes(app)
    dashboard.serve(app, build)
    app.add_middleware(BodyLimit, limit=settings.body_limit)
    app.add_middleware(dashboard.KeptFiles)
    app.add_middleware(GZipMiddleware, minimum_size=2048, compresslevel=5)
    app.add_middleware(Envelope, metrics=app.state.metrics)
    _describe_problems(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # A thread without a connection could only wait for one.
    anyio.to_thread.current_default_thread_limiter().total_tokens = app.state.settings.connections + 2
    yield
    app.state.engine.dispose()


def _operation_id(route: APIRoute) -> str:
    return route.name


def _describe_problems(app: FastAPI) -> None:
    """Add the shape that every documented failure refers to."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        schema = describe()
        schema.setdefault("components", {}).setdefault("schemas", {}).setdefault("Problem", Problem.model_json_schema())
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
