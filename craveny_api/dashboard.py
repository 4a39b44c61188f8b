"""Serving the built dashboard: its files, how long they may be kept, and a plain page where it was not built."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUILD = Path(__file__).with_name("_ui")
OTHERS = ("/api", "/health", "/ready", "/metrics")
FOREVER = "public, max-age=31536000, immutable"
MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Craveny</title>
<h1>The dashboard is not built</h1>
<p>The API works: see <a href="/api/openapi.json">/api/openapi.json</a>.</p>
<p>To build the dashboard, run <code>npm ci</code> and <code>npm run build</code> in <code>dashboard/</code>,
then start the API again.</p></html>"""


def is_built(build: Path) -> bool:
    """Whether there is a dashboard to serve."""
    return (build / "index.html").is_file()


def serve(app: FastAPI, build: Path) -> None:
    """Serve the dashboard at everything that is not the API's."""
    for path in ("/api", "/api/{rest:path}"):
        app.router.routes.append(Route(path, _NoSuchRoute(app), include_in_schema=False))
    if is_built(build):
        app.frontend("/", directory=build, fallback="index.html", check_dir=True)
    else:
        app.router.routes.append(Route("/", _explain, include_in_schema=False))


class _NoSuchRoute:
    """A page's fallback must not answer for the API, whatever the method."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """405 where the address knows other methods, else 404."""
        known = {
            method
            for context in iter_route_contexts(self._app.routes)
            if isinstance(context.original_route, APIRoute) and context.path_regex.match(scope["path"])
            for method in context.methods or ()
        }
        if known:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(known))})
        raise HTTPException(404)


class KeptFiles:
    """Says how long the dashboard's files may be kept: those named by their content for ever, others until asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with Cache-Control where a file of the dashboard is the answer."""
        if scope["type"] != "http" or scope["path"] in OTHERS or scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
            return

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 206, 304):
                kept = FOREVER if scope["path"].startswith("/assets/") else "no-cache"
                MutableHeaders(scope=message)["Cache-Control"] = kept
            await send(message)

        await self.app(scope, receive, dated)


async def _explain(_request: Request) -> HTMLResponse:
    return HTMLResponse(MISSING, 200)
