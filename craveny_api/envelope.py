"""What surrounds every answer: a request id, security headers, a log line, a count, and a 500 when all else fails."""

import re
import time
import uuid

import structlog
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from craveny_api.metrics import Metrics
from craveny_api.problems import problem

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " font-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self';"
    " object-src 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
log = structlog.get_logger(__name__)


class Envelope:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens in it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = 0

        async def enveloped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, enveloped)
        except Exception:
            log.exception("fault")
            if status:
                raise
            detail = "The server made a mistake. Try again; if it stays, give the request id to who runs this."
            await problem(request_id, 500, "Server fault", detail)(scope, receive, enveloped)
        finally:
            self._account(scope, status, time.perf_counter() - begun)
            structlog.contextvars.clear_contextvars()

    def _account(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("route")
        template = route.path_format if isinstance(route, APIRoute) else "unmatched" if status == 404 else "dashboard"
        # A caller that hung up before the answer began is counted as 499, as proxies do.
        self.metrics.observe(scope["method"], template, status or 499, seconds)
        log.info(
            "request",
            method=scope["method"][:16],
            route=template,
            status=status or 499,
            milliseconds=round(seconds * 1000, 1),
        )


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
