"""The sample market as a source: news and bars invented by rule and seed, the same for a past day for ever.

Everything it hands in is synthetic and says so. Words, companies, events and prices have modules of their own.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np

from craveny_assets.sources import Answer, Asked
from craveny_assets.sources.sample.articles import Draft, plan_day, tell
from craveny_assets.sources.sample.bars import REPORT_LAG, reported_bars
from craveny_assets.sources.sample.events import first_reports
from craveny_assets.sources.sample.prices import PricePath, net_tone, price_path
from craveny_assets.sources.sample.universe import UNIVERSES, Universe
from craveny_domain.clocks import Market, Session, days_between, session_index
from craveny_domain.facts import Bar, Listing, RawItem

FIRST_DAY = date(2025, 1, 2)


class SampleSource:
    """The invented news and prices of one market.

    `sessions` are all its sessions from 2025-01-01, or earlier, to some way ahead of the days asked for.
    """

    name: str = "sample"
    synthetic: bool = True
    answers_past_days: bool = True

    def __init__(self, market: Market, sessions: Sequence[Session], seed: int = 7) -> None:
        if market.code not in UNIVERSES:
            raise ValueError(
                f"There is no sample of the market {market.code!r}; there is one of {', '.join(UNIVERSES)}."
            )
        self._market = market
        self._universe: Universe = UNIVERSES[market.code]
        self._seed = seed
        self._sessions = [session for session in sessions if session.session_date >= FIRST_DAY]
        self._drafts: dict[date, list[Draft]] = {}
        if not self._sessions or self._sessions[0].session_date > FIRST_DAY + timedelta(days=7):
            raise ValueError(f"The sample's prices start on {FIRST_DAY}; give every session of the market since then.")

    def covers(self, day: date) -> bool:
        """Whether the sample can have anything for that local day."""
        return day >= FIRST_DAY

    def listings(self) -> list[Listing]:
        """The index and the stocks, known from the sample's first day on."""
        universe, known_at = self._universe, self._market.day_bounds(FIRST_DAY)[0]
        index = Listing(universe.index_symbol, universe.index_name, universe.index_name_en, "index", None, (), known_at)
        return [
            index,
            *(Listing(c.symbol, c.name, c.name_en, "stock", c.sector, c.aliases, known_at) for c in universe.companies),
        ]

    def news(self, asked: Asked) -> Answer:
        """The items published on the day; live, those of the day before too, for copies come late."""
        if asked.is_live and asked.reached_at:
            return Answer(
                [*self.published(asked.day - timedelta(days=1), asked.now), *self.published(asked.day, asked.now)]
            )
        return Answer(self.published(asked.day, asked.now))

    def published(self, day: date, now: datetime) -> list[RawItem]:
        """The items published on that local day, none later than now, by time."""
        if not self.covers(day):
            return []
        start, end = self._market.day_bounds(day)
        # Copies of late articles come after midnight.
        drafts = [*self._planned(day - timedelta(days=1)), *self._planned(day)]
        due = [draft for draft in drafts if start <= draft.published_at < end and draft.published_at <= now]
        due.sort(key=lambda draft: (draft.published_at, draft.item_key))
        return [tell(draft, self._market, self._universe) for draft in due]

    def bars(self, session: Session, now: datetime) -> list[Bar]:
        """All observations of the session available by now, the corrections after the first reports.

        Raises ValueError for a session that is over but was not among those given.
        """
        day = session.session_date
        if not self.covers(day) or session.close_at + REPORT_LAG > now:
            return []
        row = session_index(self._sessions, day)
        if row is None:
            raise ValueError(
                f"The sample was given no session of {self._market.code} on {day}; give it every session up to then."
            )
        observed = reported_bars(self._universe, self._path, self._first_reports, self._sessions, row)
        return [bar for bar in observed if bar.available_at <= now]

    @cached_property
    def net_tone(self) -> np.ndarray:
        """Sessions by stocks in the order given: the summed generated tone in the news window before each open."""
        days = days_between(FIRST_DAY, self._sessions[-1].session_date)
        drafts = [draft for day in days for draft in self._planned(day)]
        return net_tone(drafts, self._market, self._sessions, len(self._universe.companies))

    @cached_property
    def _path(self) -> PricePath:
        return price_path(self._market, self._universe, self._seed, self._sessions, self.net_tone)

    @cached_property
    def _first_reports(self) -> dict[tuple[int, int], float]:
        return first_reports(self._seed, self._market.code, self._path.halts)

    def _planned(self, day: date) -> list[Draft]:
        if day < FIRST_DAY:
            return []
        if day not in self._drafts:
            self._drafts[day] = plan_day(self._market, self._universe, self._seed, day)
        return self._drafts[day]
