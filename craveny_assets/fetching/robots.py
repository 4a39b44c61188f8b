"""What robots.txt of each host allows us, remembered for a day. Reading it is the client's business."""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from craveny_assets.fetching.failures import FetchFailed
from craveny_assets.fetching.politeness import Clock, Politeness, crawl_delay
from craveny_store.fetching import HostRobots

AGENT = "Craveny"
"""The name that rules in robots.txt call us by."""
REMEMBERED = timedelta(hours=24)
"""The longest that the standard (RFC 9309) lets a copy be used."""
BODY_BYTES = 512_000
"""The standard asks for 500 KiB at least."""


@dataclass(frozen=True)
class Rules:
    """A host's rules for us."""

    host: str
    parsed: Protego
    read_at: datetime

    @property
    def delay(self) -> timedelta | None:
        """The wanted time between requests."""
        return crawl_delay(self.parsed.crawl_delay(AGENT))

    def check(self, url: str) -> None:
        """Raises FetchFailed when the rules forbid the address."""
        if not self.parsed.can_fetch(url, AGENT):
            raise FetchFailed(
                "robots", f"robots.txt of {self.host} forbids this address: use another feed, or ask its owner."
            )


class Robots:
    """The rules of hosts, from memory, from the store, or from the host itself."""

    def __init__(self, politeness: Politeness, clock: Clock) -> None:
        self._politeness = politeness
        self._clock = clock
        self._known: dict[str, Rules] = {}
        self._reading: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def known(self, host: str, kept: HostRobots | None = None) -> Rules | None:
        """The rules of a host if they were read within a day, as remembered or as the store kept them; else None."""
        rules = self._known.get(host) or (kept and self._remember(host, kept))
        return rules if rules and rules.read_at > self._clock.now() - REMEMBERED else None

    def read(self, host: str, fetch: Callable[[], bytes]) -> Rules:
        """The rules of a host, fetched by the caller's function unless another thread just did.

        No robots.txt allows everything; one that the host cannot give now allows nothing: FetchFailed.
        """
        with self._reading[host]:
            if (rules := self.known(host)) is not None:
                return rules
            try:
                text = fetch().decode("utf-8-sig", "replace")
            except FetchFailed as failed:
                text = _without(host, failed)
            robots = HostRobots(text, self._clock.now())
            self._politeness.keep_robots(host, robots)
            return self._remember(host, robots)

    def _remember(self, host: str, robots: HostRobots) -> Rules:
        self._known[host] = rules = Rules(host, Protego.parse(robots.text or ""), robots.read_at)
        return rules


def _without(host: str, failed: FetchFailed) -> None:
    """Nothing, when the failure says that there is no robots.txt; otherwise raises what keeps us away."""
    if failed.error_class in ("status", "redirects") and not failed.is_passing:
        return
    if failed.error_class in ("status", "too_large", "unreadable"):
        raise FetchFailed(
            "robots", f"robots.txt of {host} cannot be read, so nothing is asked there: it is tried again by itself."
        ) from failed
    raise failed
