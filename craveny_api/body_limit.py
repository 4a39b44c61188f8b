"""How large a body may be: refused where it is read, by what was announced or by what has come."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from craveny_api.problems import Refusal


class BodyLimit:
    """Lets at most `limit` bytes of a body through; 413 for whoever reads on.

    FastAPI has such a limit too; it answers in plain text from outside our envelope.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose body is measured as it is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("Content-Length", "")
        total = int(announced) if announced.isdecimal() else 0
        come = 0

        async def measured() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if max(total, come) > self.limit:
                raise Refusal(413, "Body too large", f"The body is larger than {self.limit} bytes. Send less.")
            return message

        await self.app(scope, measured, send)
