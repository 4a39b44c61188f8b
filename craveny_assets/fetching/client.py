"""The one client of live sources: asks an address politely and safely, and hands back a bounded body."""

import json
import logging
import random
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import Self

import httpcore2
import httpx2
import stamina
from sqlalchemy import Engine

from craveny_assets.fetching.addresses import AllowList, Guard, Resolver, system_addresses
from craveny_assets.fetching.answers import REDIRECTS, Limits, as_meant, headers_of, place, plain_errors, read_body
from craveny_assets.fetching.circuits import Circuits
from craveny_assets.fetching.connections import Deadline, PinnedTransport
from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.fetching.politeness import PATIENCE, Clock, Politeness, StoreClock, allowed_again_at
from craveny_assets.fetching.robots import AGENT, BODY_BYTES, Robots

HOPS = 5
"""Redirects followed: http to https, to www, to a renamed feed, and two to spare."""
TIMEOUT = httpx2.Timeout(10.0, connect=5.0)
"""Of one read or write, and of a connection: hosts that are slower than this hardly ever answer at all."""


@dataclass(frozen=True)
class Fetched:
    """A 2xx or a 304. Header names are lower case, values byte for byte as Latin-1; `address` ends before the query.

    `fetched_at` is the database's time when the answer began.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    address: str
    fetched_at: datetime


@dataclass(frozen=True)
class _Ask:
    """What holds for every hop of a fetch; `headers` are for the first host only, it may be secrets."""

    limits: Limits
    deadline: Deadline
    until: datetime
    attempts: int
    obeys_robots: bool
    validators: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes | None = None


class Fetcher:
    """Fetches for one crawl, from any number of threads; close it, or use it as a context.

    `allow`: see Settings.fetch_allow. `failures`: failures in a row of each source so far; one with many is given one
    try, and then only FetchFailed of class circuit.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        allow: str = "",
        contact: str = "",
        failures: Mapping[str, int] | None = None,
        clock: Clock | None = None,
        resolve: Resolver = system_addresses,
        tls: ssl.SSLContext | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        # Their lines name whole addresses, and with them the keys in queries.
        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._clock = clock or StoreClock(engine)
        self._guard = Guard(AllowList.of(allow), resolve)
        self._politeness = Politeness(engine, self._clock, chance)
        self._robots = Robots(self._politeness, self._clock)
        self._circuits = Circuits(failures or {})
        self._client = httpx2.Client(
            transport=PinnedTransport(self._guard, tls or _system_trust()),
            headers={"User-Agent": user_agent(contact), "Accept": "*/*", "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=TIMEOUT,
            trust_env=False,
        )

    def get(
        self,
        address: str,
        *,
        source: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        obeys_robots: bool = True,
        limits: Limits | None = None,
    ) -> Fetched:
        """The body at an address, or 304 when it is still what `etag` or `last_modified` name.

        Raises FetchFailed for everything else. `obeys_robots` is False for keyed programming interfaces only: their
        terms say what may be asked, robots.txt speaks of pages.
        """
        limits = limits or Limits()
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        with self._circuits.guarding(source) as attempts:
            ask = _Ask(
                limits=limits,
                deadline=Deadline(limits.seconds),
                until=self._clock.now() + PATIENCE,
                attempts=attempts,
                obeys_robots=obeys_robots,
                validators={name: value for name, value in validators.items() if value is not None},
                headers=headers or {},
            )
            url = self._guard.url(address)
            return self._follow(url.copy_merge_params(params) if params else url, ask)

    def post(self, address: str, *, source: str, body: Mapping[str, str], limits: Limits | None = None) -> Fetched:
        """The answer to a JSON object, for keyed programming interfaces only: asked once, and followed nowhere else.

        Raises FetchFailed.
        """
        limits = limits or Limits()
        with self._circuits.guarding(source):
            ask = _Ask(
                limits=limits,
                deadline=Deadline(limits.seconds),
                until=self._clock.now() + PATIENCE,
                attempts=1,
                obeys_robots=False,
                validators={},
                headers={"Content-Type": "application/json"},
                body=json.dumps(body).encode(),
            )
            return self._follow(self._guard.url(address), ask)

    def close(self) -> None:
        """Close the connections, to hosts and to the store."""
        self._client.close()
        self._politeness.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _follow(self, url: httpx2.URL, ask: _Ask, *, has_turn: bool = False) -> Fetched:
        """The answer at the end of the redirects; every hop is checked as the first was."""
        for _ in range(HOPS + 1):
            answer = self._try(url, ask, has_turn=has_turn)
            if isinstance(answer, Fetched):
                return answer
            if ask.body is not None:
                raise FetchFailed("redirects", f"{place(url)} leads elsewhere: use its own address.")
            if url.scheme == "https" and answer.scheme == "http":
                raise FetchFailed("redirects", f"{place(url)} leads from https to http: use its safe address.")
            if (url.scheme, url.netloc) != (answer.scheme, answer.netloc):
                ask = replace(ask, headers={})
            url, has_turn = answer, False
        raise FetchFailed("redirects", f"{place(url)} lies behind more than {HOPS} redirects: use its own address.")

    def _try(self, url: httpx2.URL, ask: _Ask, *, has_turn: bool) -> Fetched | httpx2.URL:
        """The answer of one hop, or where it leads; a failure that may pass is tried again at the host's next turn."""
        # The wait between tries is the host's own spacing with its jitter: one rule, on one clock.
        tries = stamina.retry_context(
            on=lambda error: isinstance(error, FetchFailed) and error.is_passing,
            attempts=ask.attempts,
            timeout=None,
            wait_initial=0,
            wait_jitter=0,
        )
        for attempt in tries:
            with attempt:
                if not (has_turn and attempt.num == 1):
                    self._admit(url, ask)
                return self._send(url, ask)
        raise AssertionError

    def _admit(self, url: httpx2.URL, ask: _Ask) -> None:
        """Wait for the host's turn, and see that its robots.txt allows the address; raises FetchFailed."""
        host = url.netloc.decode("ascii")
        rules = self._robots.known(host) if ask.obeys_robots else None
        if rules is not None:
            rules.check(str(url))
        turn = self._politeness.wait_for_turn(host, rules.delay if rules else None, ask.until)
        if rules is None and ask.obeys_robots:
            # robots.txt and the page it allows are one visit.
            rules = self._robots.known(host, turn.robots)
            rules = rules or self._robots.read(host, lambda: self._robots_body(url, ask))
            if rules.delay is not None:
                self._politeness.hold(host, turn.at + self._politeness.spacing(rules.delay))
            rules.check(str(url))

    def _robots_body(self, url: httpx2.URL, ask: _Ask) -> bytes:
        limits = replace(ask.limits, body_bytes=BODY_BYTES)
        plain = replace(ask, limits=limits, attempts=1, obeys_robots=False, validators={}, headers={})
        return self._follow(url.copy_with(raw_path=b"/robots.txt"), plain, has_turn=True).body

    def _send(self, url: httpx2.URL, ask: _Ask) -> Fetched | httpx2.URL:
        own = [(name.encode(), value.encode("latin-1")) for name, value in {**ask.headers, **ask.validators}.items()]
        method = "GET" if ask.body is None else "POST"
        request = self._client.build_request(method, url, headers=own, content=ask.body)
        with plain_errors(url, ask.limits.seconds), ask.deadline.applied():
            response = self._client.send(request, stream=True)
            try:
                return self._answer(response, ask)
            finally:
                response.close()

    def _answer(self, response: httpx2.Response, ask: _Ask) -> Fetched | httpx2.URL:
        url, status, now = response.url, response.status_code, self._clock.now()
        headers = headers_of(response)
        if status == 304 or 200 <= status < 300:
            body = b"" if status == 304 else read_body(response, ask.limits)
            return Fetched(status, headers, body, place(url), now)
        if status in REDIRECTS and "location" in headers:
            return self._guard.url(as_meant(headers["location"]), url)
        if status == 429 or (status >= 400 and "retry-after" in headers):
            until = allowed_again_at(headers.get("retry-after"), headers.get("date"), now)
            self._politeness.hold(url.netloc.decode("ascii"), until)
            raise FetchFailed("rate_limited", f"{place(url)} answered {status}: it is asked again later.", until)
        cure = "it is tried again by itself" if status >= 500 else "check the address and, if it needs one, the key"
        raise FetchFailed("status", f"{place(url)} answered {status}: {cure}.", is_passing=status >= 500)


@cache
def _system_trust() -> ssl.SSLContext:
    # Reading the system's authorities takes longer than a fetch.
    return httpcore2.default_ssl_context()


def user_agent(contact: str) -> str:
    """How Craveny introduces itself to hosts; raises ValueError for a contact that cannot stand in a header."""
    if not contact.isascii() or not contact.isprintable() or set(contact) & set("()\\"):
        raise ValueError(f"CRAVENY_FETCH_CONTACT is {contact!r}. Give a plain address of a page or a mailbox.")
    reach = f"; +{contact}" if contact else ""
    return f"{AGENT}/{version('craveny')} (self-hosted reader of market news{reach})"
