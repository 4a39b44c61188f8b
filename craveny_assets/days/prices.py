"""Prices, session by session: daily bars of stocks and indices, corrections included."""

from craveny_assets.days.work import NO_SESSION, PREVIEW_ROWS, Day, Written
from craveny_assets.sources.registry import price_reader
from craveny_domain.facts import Bar, Rejected
from craveny_store.bulk import Changes
from craveny_store.partitions import Check
from craveny_store.prices import append_bars, bars_of
from craveny_store.sources import SourceRow, add_quarantine, move_watermark
from craveny_store.universe import stock_ids


def price_day(day: Day) -> Written:
    """Bars of the day's session as its sources report them; what a bar says differently later is a new observation."""
    if day.index is None:
        return NO_SESSION
    session = day.session()
    day.require_begun("the close", session.close_at)
    sources = day.sources("price")
    changes, refused, preview = Changes(), 0, []
    for source in sources:
        bars, rejected = _read(day, source)
        preview += [_shown(source.name, bar) for _, bar in bars[:PREVIEW_ROWS]]
        changes += append_bars(day.conn, day.market, source.name, day.day, bars)
        refused += add_quarantine(day.conn, day.market.code, source.name, "price", rejected)
        move_watermark(day.conn, day.market.code, source.name, "price", min(day.now, day.bounds[1]))
    count = bars_of(day.conn, day.market.code, day.day)
    detail = f"{count} instruments have a bar." if sources else "No price source speaks for this day."
    check = Check("session_has_bars", count > 0 or not sources, detail, blocks=True)
    notes = {"instruments": count, "quarantined": refused, "detail": detail}
    return Written(changes, checks=[check], notes=notes, preview=preview)


def _shown(source: str, bar: Bar) -> dict[str, object]:
    values = {name: getattr(bar, name) for name in ("symbol", "open", "high", "low", "close", "volume", "split_ratio")}
    return {**values, "available_at": str(bar.available_at), "source": source}


def _read(day: Day, source: SourceRow) -> tuple[list[tuple[int, Bar]], list[Rejected]]:
    ids = stock_ids(day.conn, day.market.code)
    good, rejected = [], []
    for bar in price_reader(day.conn, day.market, source, day.work.sessions).bars(day.session(), day.now):
        if bar.symbol in ids:
            good.append((ids[bar.symbol], bar))
        else:
            reason = f"No stock {bar.symbol} is known in {day.market.code}."
            rejected.append(Rejected(f"{bar.symbol}:{bar.session_date}", reason, repr(bar)))
    return good, rejected
