"""Prices, session by session: daily bars of stocks and indices, corrections included."""

from collections.abc import Mapping, Sequence

from craveny_assets.days.asking_prices import ToldBars, remember, told_bars
from craveny_assets.days.work import NO_SESSION, PREVIEW_ROWS, Day, Written
from craveny_domain.facts import Bar, Rejected
from craveny_domain.settlement import ENTRY_SESSIONS, WAIT_SESSIONS
from craveny_domain.units import unit_fault
from craveny_store.bulk import Changes
from craveny_store.partitions import Check
from craveny_store.prices import append_bars, bars_of, closes_before, closes_by_source, price_panel, without_bar
from craveny_store.sources import add_quarantine, move_watermark
from craveny_store.universe import stock_ids

NAMED = 10
"""How many stocks a check names."""


def price_day(day: Day) -> Written:
    """Bars of the day's session as its sources report them; what a bar says differently later is a new observation."""
    if day.index is None:
        return NO_SESSION
    day.require_begun("the close", day.session().close_at)
    told = told_bars(day)
    ids = stock_ids(day.conn, day.market.code)
    believed = _Believed(day, told, ids)
    changes, refused, preview = Changes(), 0, []
    for one in told:
        bars, rejected = believed.of(one)
        preview += [_shown(one.source.name, bar) for _, bar in bars[:PREVIEW_ROWS]]
        seen_at = day.now if one.is_live else None
        written = append_bars(day.conn, day.market, one.source.name, day.day, bars, seen_at=seen_at)
        quarantined = add_quarantine(day.conn, day.market.code, one.source.name, "price", rejected)
        if one.outcome == "answered":
            move_watermark(day.conn, day.market.code, one.source.name, "price", min(day.now, day.bounds[1]))
        remember(day, one, added=written.added + written.changed, refused=quarantined)
        changes, refused = changes + written, refused + quarantined
    count, sources = bars_of(day.conn, day.market.code, day.day)
    checks = _checks(day, told, count, sources)
    failed = {f"{one.outcome}_{one.source.name}": one.detail for one in told if one.detail}
    notes = {"instruments": count, "corrected": changes.changed, "quarantined": refused, **failed}
    return Written(changes, checks=checks, notes={**notes, "detail": checks[0].detail}, preview=preview)


def _shown(source: str, bar: Bar) -> dict[str, object]:
    names = ("symbol", "open", "high", "low", "close", "volume", "split_ratio", "dividend")
    return {**{name: getattr(bar, name) for name in names}, "available_at": str(bar.available_at), "source": source}


class _Believed:
    """Which of the bars told can be believed: of known stocks, and from live sources in the unit they should be in."""

    def __init__(self, day: Day, told: Sequence[ToldBars], ids: Mapping[str, int]) -> None:
        self._day, self._ids = day, ids
        live = [bar for one in told if one.is_live for bar in one.answer.bars]
        self._splits = {bar.symbol: float(bar.split_ratio) for bar in live if float(bar.split_ratio) != 1}
        first = day.work.sessions[max(0, (day.index or 0) - ENTRY_SESSIONS)].session_date
        self._before = closes_before(day.conn, day.market.code, first, day.day) if live else {}

    def of(self, told: ToldBars) -> tuple[list[tuple[int, Bar]], list[Rejected]]:
        """A source's bars with their stocks' ids, and what is refused of its answer."""
        good, rejected = [], list(told.answer.refused)
        for bar in told.answer.bars:
            reason = self._fault(told, bar)
            if reason:
                rejected.append(Rejected(f"{bar.symbol}:{bar.session_date}", reason, repr(bar)))
            else:
                good.append((self._ids[bar.symbol], bar))
        return good, rejected

    def _fault(self, told: ToldBars, bar: Bar) -> str | None:
        if bar.symbol not in self._ids:
            return f"No stock {bar.symbol} is known in {self._day.market.code}."
        if not told.is_live:
            return None
        before = self._before.get(self._ids[bar.symbol])
        return unit_fault(float(bar.close), before, self._splits.get(bar.symbol, 1.0))


def _checks(day: Day, told: Sequence[ToldBars], count: int, sources: int) -> list[Check]:
    detail = f"{count} instruments have a bar." if told else "No price source speaks for this day."
    is_real = any(not one.source.is_synthetic for one in told)
    missing = without_bar(day.conn, day.market.code, day.session()) if is_real else []
    since = day.session(1).session_date if day.index else day.day
    closed = sorted(
        {
            f"{one.source.name} {refused.closed_date}"
            for one in told
            for refused in one.answer.refused
            if refused.closed_date and since < refused.closed_date < day.day
        }
    )
    return [
        Check("session_has_bars", count > 0 or not told, detail, blocks=True),
        _listing("listed_stocks_have_bars", missing, "has no bar", "Every listed stock has a bar."),
        _listing(
            "no_bars_on_closed_days", closed, "told of a day without a session", "No source told of a closed day."
        ),
        _listing("sources_agree", _disputes(day) if sources > 1 else [], "is disputed", "No close is disputed."),
    ]


def _listing(name: str, offenders: Sequence[str], what: str, fine: str) -> Check:
    more = f" and {len(offenders) - NAMED} more" if len(offenders) > NAMED else ""
    return Check(
        name, not offenders, f"{len(offenders)} {what}: {', '.join(offenders[:NAMED])}{more}." if offenders else fine
    )


def _disputes(day: Day) -> list[str]:
    """The stocks whose bar of the day is disputed, with what each source says; it holds their settlement."""
    at = day.index or 0
    sessions = [s for s in day.work.sessions[at : at + WAIT_SESSIONS + 1] if s.close_at <= day.now]
    tolerance = day.work.price_tolerance
    panel = price_panel(day.conn, day.market.code, sessions, day.now, closes_only=True, tolerance=tolerance)
    disputed = panel.stocks[panel.disputed[0] != 0].tolist()
    said = closes_by_source(day.conn, day.day, disputed)
    return [
        f"{symbol} ({', '.join(f'{source} {close.normalize():f}' for source, close in closes.items())})"
        for symbol, closes in said.items()
    ]
