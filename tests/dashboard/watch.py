"""What a page did that no page may do: errors in the console, failed requests, strangers asked, dialogs, popups."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, Response


class Watch:
    """Listens to a page from its first request; `faults` are sentences, in the order they happened."""

    def __init__(self, page: Page, origin: str) -> None:
        self.faults: list[str] = []
        self.requests: list[Request] = []
        self._origin = origin
        self._forgiven: list[re.Pattern[str]] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._tell(f"uncaught: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self._tell(f"popup: {popup.url}"))
        page.on("download", lambda download: self._tell(f"download: {download.suggested_filename}"))

    def forgive(self, *patterns: str) -> None:
        """From now on, faults that match are what the test provokes."""
        self._forgiven += [re.compile(pattern) for pattern in patterns]

    def _tell(self, fault: str) -> None:
        if not any(pattern.search(fault) for pattern in self._forgiven):
            self.faults.append(fault)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._tell(f"console {message.type}: {message.text} at {message.location.get('url')}")

    def _request(self, request: Request) -> None:
        self.requests.append(request)
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and f"{address.scheme}://{address.netloc}" != self._origin:
            self._tell(f"stranger asked: {request.url}")

    def _failed(self, request: Request) -> None:
        # A page that is left gives up what it had asked for.
        if request.failure != "net::ERR_ABORTED":
            self._tell(f"request failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._tell(f"status {response.status}: {response.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self._tell(f"dialog: {dialog.message}")
        dialog.dismiss()
