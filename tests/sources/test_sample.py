"""The sample market: the same for ever, honest about its clocks, peculiar often enough, in its own language."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from craveny_assets.sources import NewsSource, PriceSource
from craveny_assets.sources.sample import FIRST_DAY, SampleSource
from craveny_assets.sources.sample.prices import net_tone
from craveny_domain.calendar import trading_sessions
from craveny_domain.clocks import Market, Session, cutoff, days_between
from craveny_domain.facts import Bar

KRX = Market("krx", "XKRX", "Asia/Seoul", "KRW", timedelta(minutes=30), date(2012, 9, 1))
US = Market("us", "XNYS", "America/New_York", "USD", timedelta(minutes=30), date(2012, 9, 1))
MARKETS = {"krx": KRX, "us": US}
LAST_DAY = date(2027, 12, 31)
FAR = datetime(2030, 1, 1, tzinfo=UTC)
SOME_DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 30))
SOME_MARKET = st.sampled_from(sorted(MARKETS))
both_markets = pytest.mark.parametrize("code", sorted(MARKETS))


@cache
def all_sessions(code: str) -> tuple[Session, ...]:
    return tuple(trading_sessions(MARKETS[code].exchange, date(2025, 1, 1), LAST_DAY))


@cache
def source(code: str) -> SampleSource:
    return SampleSource(MARKETS[code], all_sessions(code))


@cache
def all_bars(code: str) -> tuple[tuple[Bar, ...], ...]:
    return tuple(tuple(source(code).bars(session, FAR)) for session in all_sessions(code))


def settled(code: str) -> dict[tuple[date, str], Bar]:
    """The last word on every bar; a later observation replaces an earlier one."""
    return {(bar.session_date, bar.symbol): bar for bars in all_bars(code) for bar in bars}


def stock_symbols(code: str) -> list[str]:
    return [listing.symbol for listing in source(code).listings() if listing.kind == "stock"]


def split_adjusted(code: str, field: str = "close") -> np.ndarray:
    """Sessions by stocks, comparable across splits; a halted stock keeps its last price."""
    bars, symbols = settled(code), stock_symbols(code)
    levels = np.full((len(all_sessions(code)), len(symbols)), np.nan)
    for column, symbol in enumerate(symbols):
        growth, level = 1, np.nan
        for row, session in enumerate(all_sessions(code)):
            if bar := bars.get((session.session_date, symbol)):
                growth *= int(bar.split_ratio)
                level = float(getattr(bar, field)) * growth
            levels[row, column] = level
    return levels


def tone_agreement(code: str, delay: int) -> float:
    """How often the sign of the tone before a session is that of the return `delay` sessions later."""
    closes = split_adjusted(code)
    returns = closes[1:] / closes[:-1] - 1
    tone = source(code).net_tone[1:]
    told, came = (tone[: len(tone) - delay], returns[delay:]) if delay >= 0 else (tone[-delay:], returns[:delay])
    judged = (told != 0) & (came != 0)
    return float((np.sign(told) == np.sign(came))[judged].mean())


def test_the_sample_offers_news_and_prices_and_calls_itself_synthetic():
    news: NewsSource = source("krx")
    prices: PriceSource = source("krx")
    assert (news.name, prices.name, news.synthetic, prices.synthetic) == ("sample", "sample", True, True)


@both_markets
def test_two_instances_say_the_same(code: str):
    twin = SampleSource(MARKETS[code], all_sessions(code))
    day = date(2026, 3, 5)
    assert twin.published(day, FAR) == source(code).published(day, FAR) != []
    assert [tuple(twin.bars(session, FAR)) for session in all_sessions(code)] == list(all_bars(code))


@both_markets
def test_another_seed_tells_another_story(code: str):
    other = SampleSource(MARKETS[code], all_sessions(code), seed=8)
    day, session = date(2026, 3, 5), all_sessions(code)[300]
    assert other.published(day, FAR) != source(code).published(day, FAR)
    assert other.bars(session, FAR) != source(code).bars(session, FAR)


@settings(max_examples=15)
@given(SOME_MARKET, st.integers(150, 700))
def test_the_past_stays_the_same_when_the_calendar_grows(code: str, known: int):
    earlier = SampleSource(MARKETS[code], all_sessions(code)[:known])
    rows = [0, known // 2, known - 30, known - 2]
    assert [tuple(earlier.bars(all_sessions(code)[row], FAR)) for row in rows] == [all_bars(code)[row] for row in rows]


@settings(max_examples=60)
@given(SOME_MARKET, SOME_DAYS, st.integers(0, 47), st.integers(0, 72))
def test_nothing_is_told_early_and_what_was_told_stays(code: str, day: date, hour: int, later: int):
    now = MARKETS[code].day_bounds(day)[0] + timedelta(hours=hour)
    session = next(s for s in all_sessions(code) if s.session_date >= day)
    told, retold = source(code).published(day, now), source(code).published(day, now + timedelta(hours=later))
    seen, reseen = source(code).bars(session, now), source(code).bars(session, now + timedelta(hours=later))
    assert all(fact.available_at <= now for fact in (*told, *seen))
    assert retold[: len(told)] == told
    assert reseen[: len(seen)] == seen
    assert told == [item for item in source(code).published(day, FAR) if item.available_at <= now]


@both_markets
def test_every_article_appears_on_one_local_day_under_one_key(code: str):
    days = days_between(date(2026, 2, 20), date(2026, 4, 10))
    by_day = {day: source(code).published(day, FAR) for day in days}
    items = [item for day in days for item in by_day[day]]
    assert len({item.item_key for item in items}) == len(items)
    assert all(MARKETS[code].local_date(item.available_at) == day for day in days for item in by_day[day])
    assert any(str(day) not in item.item_key for day in days for item in by_day[day]), "no copy crosses midnight"
    planned = [
        draft for day in days_between(days[0] - timedelta(days=1), days[-1]) for draft in source(code)._planned(day)
    ]
    first, last = MARKETS[code].day_bounds(days[0])[0], MARKETS[code].day_bounds(days[-1])[1]
    assert {d.item_key for d in planned if first <= d.published_at < last} == {item.item_key for item in items}


@settings(max_examples=60)
@given(SOME_MARKET, SOME_DAYS)
def test_a_weekday_has_more_news_than_a_weekend_day(code: str, day: date):
    count = len(source(code).published(day, FAR))
    assert 14 <= count <= 26 if day.weekday() < 5 else 5 <= count <= 15


@settings(max_examples=40)
@given(SOME_MARKET, SOME_DAYS)
def test_every_article_is_labelled_synthetic_and_speaks_the_market_s_language(code: str, day: date):
    for item in source(code).published(day, FAR):
        payload = json.loads(item.payload)
        assert set(payload) == {"id", "title", "text", "link", "published_at", "outlet", "synthetic"}
        assert payload["synthetic"] is True
        assert payload["link"].startswith("https://sample.invalid/")
        assert datetime.fromisoformat(payload["published_at"]) == item.available_at
        assert bool(re.search("[가-힣]{2}", payload["text"])) == (code == "krx")
        assert not re.search(r"[{}]|[은이을과]/[는가를와]", payload["title"] + payload["text"])


def test_a_particle_follows_the_sound_of_the_name_before_it():
    texts = [
        json.loads(item.payload)["text"]
        for day in days_between(date(2026, 1, 1), date(2026, 3, 31))
        for item in source("krx").published(day, FAR)
    ]
    assert any("도담바이오는 " in text for text in texts)
    assert any("한빛은 " in text for text in texts)
    assert not any(wrong in text for text in texts for wrong in ("도담바이오은 ", "한빛는 ", "한빛가 ", "한빛와 "))


@both_markets
def test_a_month_has_articles_about_none_one_and_two_and_copies_of_each_tone(code: str):
    drafts = [
        draft for day in days_between(date(2026, 5, 1), date(2026, 5, 31)) for draft in source(code)._planned(day)
    ]
    assert {len(draft.stocks) for draft in drafts} == {0, 1, 2}
    assert {tone for draft in drafts for tone in draft.topic.tones} == {-1, 0, 1}
    originals = {(d.topic, d.stocks, d.draws): d for d in drafts if not d.style}
    copies = [draft for draft in drafts if draft.style]
    assert len(copies) >= 50
    for copy in copies:
        original = originals[copy.topic, copy.stocks, copy.draws]
        assert original.outlet != copy.outlet
        assert timedelta(minutes=5) <= copy.published_at - original.published_at <= timedelta(hours=5)


@both_markets
def test_one_stock_s_name_is_part_of_another_s_and_no_two_share_a_spelling(code: str):
    listings = [listing for listing in source(code).listings() if listing.kind == "stock"]
    names = [listing.name for listing in listings]
    spellings = [s for x in listings for s in (x.symbol, x.name, *([x.name_en] if x.name_en else []), *x.aliases)]
    assert len(listings) == 10
    assert any(short != long and short in long for short in names for long in names)
    assert len(set(spellings)) == len(spellings)
    assert [listing.kind for listing in source(code).listings()].count("index") == 1


@settings(max_examples=50)
@given(SOME_MARKET, st.dates(date(2025, 6, 1), date(2027, 6, 30)))
def test_any_120_days_hold_a_holiday_a_halt_a_split_and_a_correction(code: str, start: date):
    end = start + timedelta(days=119)
    rows = [row for row, s in enumerate(all_sessions(code)) if start <= s.session_date <= end]
    present = [{bar.symbol for bar in all_bars(code)[row]} for row in rows]
    weekdays = sum(day.weekday() < 5 for day in days_between(start, end))
    halted_twice = [
        symbol
        for symbol in stock_symbols(code)
        if any(symbol not in present[n] and symbol not in present[n + 1] for n in range(len(rows) - 1))
    ]
    bars = [bar for row in rows for bar in all_bars(code)[row]]
    assert len(rows) < weekdays
    assert halted_twice
    assert any(bar.split_ratio in ("2", "5") for bar in bars)
    assert len({(bar.session_date, bar.symbol) for bar in bars}) < len(bars)


@both_markets
def test_a_halt_lasts_two_sessions_and_moves_no_price(code: str):
    closes, symbols = split_adjusted(code), stock_symbols(code)
    absent = np.array([[s not in {bar.symbol for bar in bars} for s in symbols] for bars in all_bars(code)])
    starts = np.argwhere(absent[1:] & ~absent[:-1]) + np.array([1, 0])
    assert len(starts) >= 10
    assert all(absent[row : row + 3, column].tolist() == [True, True, False] for row, column in starts[:-1])
    assert absent.sum() <= 2 * (len(starts) + 1)
    assert closes[~np.isnan(closes)].min() > 0


@both_markets
def test_a_correction_comes_at_the_next_close_and_mends_an_error_of_one_to_three_percent(code: str):
    checked = 0
    for row, bars in enumerate(all_bars(code)[:-1]):
        first = {bar.symbol: bar for bar in reversed(bars)}
        for mended in (bar for bar in bars if first[bar.symbol] is not bar):
            wrong = first[mended.symbol]
            assert wrong.available_at == all_sessions(code)[row].close_at + timedelta(minutes=20)
            assert mended.available_at == all_sessions(code)[row + 1].close_at
            assert 0.008 <= abs(float(wrong.close) / float(mended.close) - 1) <= 0.032
            checked += 1
    assert checked >= len(all_sessions(code)) // 30 - 1


@both_markets
def test_a_correction_is_not_known_before_the_next_close(code: str):
    row = next(row for row, bars in enumerate(all_bars(code)) if len({bar.symbol for bar in bars}) < len(bars))
    today, tomorrow = all_sessions(code)[row : row + 2]
    assert source(code).bars(today, tomorrow.close_at - timedelta(seconds=1)) == list(all_bars(code)[row][:-1])
    assert source(code).bars(today, tomorrow.close_at) == list(all_bars(code)[row])


@both_markets
def test_a_split_divides_the_price_and_changes_no_return(code: str):
    bars, symbols = settled(code), stock_symbols(code)
    closes = split_adjusted(code)
    moves = np.abs(closes[1:] / closes[:-1] - 1)
    splits = [bar for bar in bars.values() if bar.split_ratio != "1"]
    assert len(splits) >= len(all_sessions(code)) // 75
    assert moves.max() < 0.15
    for bar in splits:
        row = [s.session_date for s in all_sessions(code)].index(bar.session_date)
        before = bars[all_sessions(code)[row - 1].session_date, bar.symbol]
        assert float(before.close) / float(bar.close) == pytest.approx(int(bar.split_ratio), rel=0.15)
        assert bar.symbol in symbols


@both_markets
def test_bars_are_possible_and_in_the_market_s_steps(code: str):
    digits = r"[1-9]\d*" if code == "krx" else r"\d+\.\d\d"
    index = source(code).listings()[0].symbol
    for bars in all_bars(code):
        assert [bar.available_at for bar in bars] == sorted(bar.available_at for bar in bars)
        for bar in bars:
            low, first, last, high = (float(text) for text in (bar.low, bar.open, bar.close, bar.high))
            assert 0 < low <= min(first, last) <= max(first, last) <= high
            assert bar.volume > 0
            assert bar.symbol == index or re.fullmatch(digits, bar.close)
            assert bar.symbol == index or code == "us" or int(bar.close) % (100 if last >= 50_000 else 5) == 0


@both_markets
def test_the_index_is_the_mean_of_its_stocks(code: str):
    start = {c.symbol: c.start_price for c in source(code)._universe.companies}
    levels = (split_adjusted(code) / np.array([start[s] for s in stock_symbols(code)])).mean(axis=1) * 1_000
    index = source(code).listings()[0].symbol
    stated = [float(settled(code)[session.session_date, index].close) for session in all_sessions(code)]
    complete = ~np.isnan(levels)
    np.testing.assert_allclose(np.array(stated)[complete], levels[complete], atol=0.0051)


@both_markets
def test_the_tone_before_an_open_tells_a_little_of_that_session_and_nothing_of_its_neighbours(code: str):
    assert 0.555 <= tone_agreement(code, 0) <= 0.62
    assert abs(tone_agreement(code, -1) - 0.5) < 0.03
    assert abs(tone_agreement(code, 1) - 0.5) < 0.03


@both_markets
def test_net_tone_sums_the_tones_between_two_cutoffs(code: str):
    market, sessions = MARKETS[code], all_sessions(code)
    drafts = [d for day in days_between(FIRST_DAY, date(2025, 4, 30)) for d in source(code)._planned(day)]
    for row in (0, 1, 40, 60):
        until = cutoff(sessions[row], market.lead)
        after = cutoff(sessions[row - 1], market.lead) if row else until
        expected = np.zeros(10, dtype=int)
        for draft in drafts:
            for stock, tone in zip(draft.stocks, draft.topic.tones, strict=True):
                expected[stock] += tone * (after < draft.published_at <= until)
        assert source(code).net_tone[row].tolist() == expected.tolist()


def test_an_article_at_the_very_cutoff_belongs_to_the_session_it_precedes():
    sessions = all_sessions("krx")[:5]
    draft = next(d for d in source("krx")._planned(date(2025, 1, 6)) if d.topic.tones == (1,))
    at_cutoff = draft._replace(published_at=cutoff(sessions[2], KRX.lead), stocks=(3,))
    assert np.argwhere(net_tone([at_cutoff], KRX, sessions, 10)).tolist() == [[2, 3]]
    just_after = at_cutoff._replace(published_at=at_cutoff.published_at + timedelta(seconds=1))
    assert np.argwhere(net_tone([just_after], KRX, sessions, 10)).tolist() == [[3, 3]]


def test_before_its_first_day_the_sample_has_nothing():
    early = Session(date(2024, 12, 30), datetime(2024, 12, 30, tzinfo=UTC), datetime(2024, 12, 30, 6, tzinfo=UTC))
    assert not source("krx").covers(date(2025, 1, 1))
    assert source("krx").covers(FIRST_DAY)
    assert source("krx").published(date(2025, 1, 1), FAR) == []
    assert source("krx").bars(early, FAR) == []


def test_sessions_that_are_missing_are_named():
    short = SampleSource(KRX, all_sessions("krx")[:20])
    with pytest.raises(ValueError, match=f"no session of krx on {all_sessions('krx')[20].session_date}"):
        short.bars(all_sessions("krx")[20], FAR)
    with pytest.raises(ValueError, match="give every session of the market since then"):
        SampleSource(KRX, all_sessions("krx")[100:])
    with pytest.raises(ValueError, match="no sample of the market 'lse'"):
        SampleSource(Market("lse", "XLON", "Europe/London", "GBP", timedelta(0), FIRST_DAY), all_sessions("krx"))
