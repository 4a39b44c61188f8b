"""What the scripted provider can say: a good answer, every bad one, and the ways a connection ends."""

import base64
import hashlib
import html
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import numpy as np

from tests.llm.answering import forecast, wrong_with
from tests.llm.server import Asked, Cut, Line, Reply

Answer = dict[str, Any]
Writer = Callable[[Asked], str]

CHARS_A_TOKEN = 3
MODELS = ("gpt-4o-mini", "gpt-4o", "text-embedding-3-small")
REFUSAL = "I'm sorry, I can't help with that."


def tokens(text: str) -> int:
    """What the server bills for a text."""
    return len(text) // CHARS_A_TOKEN + 1


def well(writer: Writer | None = None, *, cached_tokens: int = 0) -> Reply:
    """What a healthy provider does: checks the request, and answers a chat, vectors or the list of models."""

    async def reply(one: Asked, line: Line) -> None:
        if wrong := wrong_with(one):
            await _send(line, wrong[0], _error(wrong[0], wrong[1]))
        elif one.path.endswith("/models"):
            listed = [{"id": name, "object": "model", "created": 0, "owned_by": "scripted"} for name in MODELS]
            await _send(line, 200, {"object": "list", "data": listed})
        elif one.path.endswith("/embeddings"):
            await _send(line, 200, _embeddings(one))
        else:
            content = (writer or honest)(one)
            await _send(line, 200, completion(one, content, cached_tokens=cached_tokens))

    return reply


def honest(one: Asked) -> str:
    """A forecast made from the request alone, the same every time; see `answering.forecast`."""
    return json.dumps(forecast(one), ensure_ascii=False)


def changed(change: Callable[[Answer], object]) -> Reply:
    """The good answer after a change: what the function returns, or what it did to it."""

    def write(one: Asked) -> str:
        answer = forecast(one)
        return json.dumps(change(answer) or answer, ensure_ascii=False)

    return well(write)


def written(change: Callable[[str], str]) -> Reply:
    """The good answer's text after a change: fences, cuts, garbage."""
    return well(lambda one: change(honest(one)))


def completion(
    one: Asked, content: str | None, *, finish: str = "stop", cached_tokens: int = 0, **message: Any
) -> dict[str, Any]:
    """A chat completion as the provider words it."""
    sent, answered = tokens(one.text), tokens(content or "")
    usage = {
        "prompt_tokens": sent,
        "completion_tokens": answered,
        "total_tokens": sent + answered,
        "prompt_tokens_details": {"cached_tokens": min(cached_tokens, sent), "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }
    said = {"role": "assistant", "content": content, "refusal": None, **message}
    choice = {"index": 0, "message": said, "logprobs": None, "finish_reason": finish}
    whole = {
        "id": f"chatcmpl-{one.number:08d}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": one.body.get("model", ""),
        "choices": [choice],
        "usage": usage,
    }
    return {**whole, "provider": "Scripted"} if one.is_openrouter else whole


def whole(make: Callable[[Asked], dict[str, Any]]) -> Reply:
    """A completion made by hand."""

    async def reply(one: Asked, line: Line) -> None:
        await _send(line, 200, make(one))

    return reply


def refusing() -> Reply:
    return whole(lambda one: completion(one, None, refusal=REFUSAL))


def filtered() -> Reply:
    return whole(lambda one: completion(one, None, finish="content_filter"))


def truncated() -> Reply:
    return whole(lambda one: completion(one, honest(one)[:80], finish="length"))


def calling_a_tool() -> Reply:
    call = {"id": "call_1", "type": "function", "function": {"name": "fetch", "arguments": '{"url": "http://x"}'}}
    return whole(lambda one: completion(one, None, finish="tool_calls", tool_calls=[call]))


def without(*names: str) -> Reply:
    """A good completion that lacks some of its fields: usage, choices."""
    return whole(lambda one: {k: v for k, v in completion(one, honest(one)).items() if k not in names})


def no_choices() -> Reply:
    return whole(lambda one: {**completion(one, ""), "choices": []})


def error_in_ok(code: int, message: str) -> Reply:
    """OpenRouter's way of telling of an error once it has begun: status 200, no choices."""
    return whole(lambda _: {"error": {"code": code, "message": message}})


def padded() -> Reply:
    """A good answer after blank lines, with which OpenRouter keeps a slow connection awake."""
    return body(lambda one: b"\n         \n" * 20 + json.dumps(completion(one, honest(one))).encode())


def body(make: Callable[[Asked], bytes], kind: str = "application/json", status: int = 200) -> Reply:
    """Status 200, unless told otherwise, with exactly these bytes."""

    async def reply(one: Asked, line: Line) -> None:
        await _send_bytes(line, status, make(one), kind)

    return reply


def page(status: int = 200) -> Reply:
    """A web page, as a proxy in between would answer."""
    text = f"<!doctype html><title>{html.escape('Bad gateway & sorry')}</title><h1>502</h1>"
    return body(lambda _: text.encode(), "text/html; charset=utf-8", status)


def failing(status: int, message: str = "The server had an error.", code: str | None = None, **headers: str) -> Reply:
    """An error as the provider words it; `Retry_After="1"` becomes the header Retry-After."""

    async def reply(_: Asked, line: Line) -> None:
        await _send(line, status, _error(status, message, code), **headers)

    return reply


def rate_limited(retry_after: str | None = None) -> Reply:
    """429, with the Retry-After that is given: seconds, or a date from `http_date`."""
    told = {} if retry_after is None else {"Retry_After": retry_after}
    return failing(429, "Rate limit reached for requests.", "rate_limit_exceeded", **told)


def allowing(count: int, seconds: float) -> Reply:
    """So many good answers in each window of so many seconds from the first request on, 429 until the next begins."""
    windows: dict[int, int] = {}
    begun: list[float] = []

    async def reply(one: Asked, line: Line) -> None:
        begun.append(one.at)
        window = int((one.at - begun[0]) // seconds)
        windows[window] = windows.get(window, 0) + 1
        left = (window + 1) * seconds - (one.at - begun[0])
        ok = windows[window] <= count
        await (well() if ok else rate_limited(f"{left:.3f}"))(one, line)

    return reply


def storming(seconds: float, retry_after: str | None) -> Reply:
    """429 for so long from the first request on, then good answers."""
    begun: list[float] = []

    async def reply(one: Asked, line: Line) -> None:
        begun.append(one.at)
        await (rate_limited(retry_after) if one.at - begun[0] < seconds else well())(one, line)

    return reply


def http_date(seconds: float) -> str:
    """The instant so many seconds from now, as HTTP writes it: whole seconds."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def out_of_quota() -> Reply:
    message = "You exceeded your current quota, please check your plan and billing details."
    return failing(429, message, "insufficient_quota")


def out_of_credits() -> Reply:
    """How OpenRouter says the same."""
    return failing(402, "Insufficient credits. Add more using https://example.com/credits")


def flagged() -> Reply:
    """OpenRouter's 403 of one question that its moderation does not like."""
    error = {"code": 403, "message": "Flagged.", "metadata": {"reasons": ["violence"], "flagged_input": "x"}}
    return body(lambda _: json.dumps({"error": error}).encode(), status=403)


def wrong_key() -> Reply:
    """401 that repeats the whole key, which compatible servers do."""

    async def reply(one: Asked, line: Line) -> None:
        key = one.headers.get("authorization", "").removeprefix("Bearer ")
        await _send(line, 401, _error(401, f"Incorrect API key provided: {key}.", "invalid_api_key"))

    return reply


def late(seconds: float, then: Reply) -> Reply:
    """Silence, then another reply."""

    async def reply(one: Asked, line: Line) -> None:
        await line.pause(seconds)
        await then(one, line)

    return reply


def hanging() -> Reply:
    """Silence until the client leaves."""

    async def reply(_: Asked, line: Line) -> None:
        await line.pause(None)

    return reply


def trickling(pause: float) -> Reply:
    """A good answer, one byte after each pause: no read ever times out."""

    async def reply(one: Asked, line: Line) -> None:
        data = json.dumps(completion(one, honest(one))).encode()
        await line.send(_head(200, len(data), "application/json"))
        for at in range(len(data)):
            await line.pause(pause)
            await line.send(data[at : at + 1])

    return reply


def dying(after: int = 40) -> Reply:
    """The end of the connection so many bytes into the body."""

    async def reply(one: Asked, line: Line) -> None:
        data = json.dumps(completion(one, honest(one))).encode()
        await line.send(_head(200, len(data), "application/json") + data[:after])
        raise Cut

    return reply


def endless() -> Reply:
    """A body that goes on until the client leaves, packed so that little of it says much."""

    async def reply(_: Asked, line: Line) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        head = ["HTTP/1.1 200 As Told", "Content-Type: application/json", "Content-Encoding: gzip", "Connection: close"]
        await line.send("\r\n".join([*head, "", ""]).encode())
        while True:
            await line.send(packer.compress(b" " * 2**20) + packer.flush(zlib.Z_SYNC_FLUSH))

    return reply


def dropped() -> Reply:
    """The end of the connection, without a word."""

    async def reply(_: Asked, __: Line) -> None:
        raise Cut

    return reply


def _embeddings(one: Asked) -> dict[str, Any]:
    given = one.body["input"]
    texts = [given] if isinstance(given, str) else given
    size = one.body.get("dimensions", 1536)
    packed = one.body.get("encoding_format") == "base64"
    rows = []
    for index, text in enumerate(texts):
        vector = vector_of(text, size)
        shown = base64.b64encode(vector.tobytes()).decode() if packed else vector.tolist()
        rows.append({"object": "embedding", "index": index, "embedding": shown})
    billed = sum(map(tokens, texts))
    usage = {"prompt_tokens": billed, "total_tokens": billed}
    return {"object": "list", "data": rows, "model": one.body["model"], "usage": usage}


def vector_of(text: str, size: int) -> np.ndarray:
    """The server's vector of a text: float32 of unit length, sums of its words', so that alike is near."""
    total = np.zeros(size)
    for word in text.lower().split() or [""]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
        total += np.random.default_rng(seed).standard_normal(size)
    return (total / np.linalg.norm(total)).astype("<f4")


def _error(status: int, message: str, code: str | None = None) -> dict[str, Any]:
    kind = {429: "insufficient_quota" if code == "insufficient_quota" else "requests"}.get(
        status, "invalid_request_error" if status < 500 else "server_error"
    )
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


async def _send(line: Line, status: int, content: dict[str, Any], **headers: str) -> None:
    await _send_bytes(line, status, json.dumps(content).encode(), "application/json", **headers)


async def _send_bytes(line: Line, status: int, data: bytes, kind: str, **headers: str) -> None:
    await line.send(_head(status, len(data), kind, **headers) + data)


def _head(status: int, length: int, kind: str, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} As Told", f"Content-Type: {kind}", f"Content-Length: {length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
