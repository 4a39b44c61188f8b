"""Telegram's Bot API as a local HTTP server: checks what it is sent as Telegram would, fails as it is told to."""

import html
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN = "123456789:AAFakeTokenOfTheTests_0123456789abcdef"
CHAT = "-1001234567890"
_TAG = re.compile(r"<(/?)(\w+)([^>]*)>")
_KNOWN = {"b", "i", "a", "code", "pre", "u", "s"}


@dataclass(frozen=True)
class Arrival:
    """A message that reached the chat; `text` without its markup, as a reader sees it."""

    message_id: int
    text: str
    raw: str
    is_silent: bool
    parse_mode: str | None
    at: float

    @property
    def number(self) -> str:
        return self.raw.split("\n", 1)[0].split(" ")[0]

    @property
    def is_repeat(self) -> bool:
        return "perhaps sent before" in self.raw.split("\n", 1)[0]


@dataclass(frozen=True)
class Fault:
    """How a call goes wrong; `delivers`: the message reaches the chat all the same."""

    status: int = 200
    description: str = ""
    retry_after: int | None = None
    cuts: bool = False
    seconds: float = 0
    delivers: bool = False
    only: str = ""


@dataclass
class BotApi:
    """The server's state: what arrived, how often it was called, and the faults that come next."""

    address: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    always: Fault | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def texts(self) -> list[str]:
        return [arrival.text for arrival in self.arrivals]

    def environment(self) -> dict[str, str]:
        """What lets a process of ours find this server."""
        return {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_CHAT_ID": CHAT, "TELEGRAM_API_ADDRESS": self.address}

    def next_fault(self, parameters: dict[str, str]) -> Fault:
        with self.lock:
            if self.faults and self.faults[0].only in parameters.get("text", ""):
                return self.faults.popleft()
            if self.always and self.always.only in parameters.get("text", ""):
                return self.always
            return Fault()

    def deliver(self, parameters: dict[str, str]) -> dict[str, Any]:
        """What the chat gets; an answer as Telegram gives it."""
        wrong = _wrong_with(parameters)
        if wrong:
            return {"ok": False, "error_code": 400, "description": f"Bad Request: {wrong}"}
        raw, mode = parameters["text"], parameters.get("parse_mode")
        shown = html.unescape(_TAG.sub("", raw)) if mode == "HTML" else raw
        with self.lock:
            number = len(self.arrivals) + 1
            silent = parameters.get("disable_notification") in ("true", "True", "1")
            self.arrivals.append(Arrival(number, shown, raw, silent, mode, time.time()))
        chat = {"id": int(CHAT), "type": "supergroup", "title": "on call"}
        return {"ok": True, "result": {"message_id": number, "date": int(time.time()), "chat": chat, "text": shown}}


def _wrong_with(parameters: dict[str, str]) -> str:
    text = parameters.get("text", "")
    if parameters.get("chat_id") != CHAT:
        return "chat not found"
    if not text.strip():
        return "message text is empty"
    shown = text
    if parameters.get("parse_mode") == "HTML":
        opened: list[str] = []
        for closing, name, _ in _TAG.findall(text):
            if name not in _KNOWN:
                return f'can\'t parse entities: unsupported start tag "{name}"'
            if not closing:
                opened.append(name)
            elif not opened or opened.pop() != name:
                return "can't parse entities: unmatched end tag"
        shown = _TAG.sub("", text)
        if opened or "<" in shown or ">" in shown:
            return "can't parse entities: a tag is not closed"
    if len(shown.encode("utf-16-le")) // 2 > 4096:
        return "message is too long"
    return ""


@contextmanager
def bot_api() -> Iterator[BotApi]:
    """The server on a free port of 127.0.0.1, until the end of the block."""
    state = BotApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parameters = _parameters(body, self.headers.get("Content-Type", ""))
            bot, _, method = self.path.strip("/").partition("/")
            with state.lock:
                state.calls.append({"bot": bot, "method": method, "at": time.monotonic(), **parameters})
            if bot != f"bot{TOKEN}":
                self._answer({"ok": False, "error_code": 401, "description": "Unauthorized"})
            elif method == "getMe":
                me = {"id": 1, "is_bot": True, "first_name": "Craveny", "username": "craveny_bot"}
                self._answer({"ok": True, "result": me})
            elif method == "sendMessage":
                self._send(parameters, state.next_fault(parameters))
            else:
                self._answer({"ok": False, "error_code": 404, "description": "Not Found"})

        def _send(self, parameters: dict[str, str], fault: Fault) -> None:
            answer = state.deliver(parameters) if fault.delivers else None
            time.sleep(fault.seconds)
            if fault.cuts:
                self.close_connection = True
                self.connection.shutdown(2)
            elif fault.status != 200:
                said = {"ok": False, "error_code": fault.status, "description": fault.description or "fault"}
                if fault.retry_after is not None:
                    said["parameters"] = {"retry_after": fault.retry_after}
                self._answer(said)
            else:
                self._answer(answer or state.deliver(parameters))

        def _answer(self, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(200 if content["ok"] else content["error_code"])
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Tests read what arrived, not a log."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # a caller that was killed or gave up
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _parameters(body: bytes, kind: str) -> dict[str, str]:
    if kind.startswith("application/json"):
        return {name: str(value) for name, value in json.loads(body).items()}
    return {name: values[-1] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
