"""The alert rules on values of every kind: levels, quiet hours, gathering, composing, the first error line."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from craveny_domain.alerts import (
    LEVELS,
    STORM_SPAN,
    Notice,
    QuietHours,
    Waiting,
    is_gathered,
    is_held,
    is_silent,
    is_wanted,
    parse_daily_time,
    parse_quiet_hours,
)
from craveny_domain.failures import ErrorLink, FailedRun, failure_notice, first_error_line, mask_secrets
from craveny_domain.messages import LIMIT, drafts, numbered, plain, units
from craveny_domain.vigil import (
    CHECKS,
    SOURCE_SILENCE,
    ForecastState,
    Outbox,
    SourceState,
    backlog,
    begun,
    daemon,
    late_forecast,
    over,
    sender,
    silent_source,
)
from tests.conftest import utc

NOW = utc(2026, 11, 20, 12, 0)
SEOUL = ZoneInfo("Asia/Seoul")
ANY_TEXT = st.text(max_size=2_000) | st.sampled_from(
    ["<script>alert(1)</script>", "a & b < c", "😀" * 2_000, "&amp;" * 900, '"' * 2_000, "\u202eevil\u200b", "<b>x"]
)
NOTICES = st.builds(
    Notice,
    dedup_key=st.uuids().map(str),
    kind=st.sampled_from(["run_failure", "daemon_down", "test", "heartbeat"]),
    level=st.sampled_from(LEVELS),
    title=ANY_TEXT,
    detail=ANY_TEXT,
    occurred_at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    market=st.sampled_from([None, "us", "krx"]),
    asset=st.sampled_from([None, "prediction"]),
    partition_key=st.none() | ANY_TEXT,
    run_id=st.none() | st.uuids().map(str),
    link=st.none() | ANY_TEXT | ANY_TEXT.map(lambda t: f"http://host/{t}"),
)
QUIET = st.none() | st.builds(
    QuietHours, st.times(), st.times(), st.sampled_from([SEOUL, ZoneInfo("America/New_York"), ZoneInfo("UTC")])
)


def notice(level: str = "error", kind: str = "run_failure", **more: object) -> Notice:
    fields = {"dedup_key": "k", "title": "us/prediction failed", "detail": "ValueError: no", "occurred_at": NOW, **more}
    return Notice(kind=kind, level=level, **fields)  # type: ignore[arg-type]


def numbered_waiting(notices: Sequence[Notice]) -> list[Waiting]:
    return [Waiting(i, NOW, each) for i, each in enumerate(notices, 1)]


@given(st.lists(NOTICES, max_size=40), QUIET)
def test_every_notice_is_in_exactly_one_message_and_no_message_is_too_long(
    notices: list[Notice], quiet: QuietHours | None
) -> None:
    made = drafts(numbered_waiting(notices), NOW, quiet)
    assert sorted(i for draft in made for i in draft.notification_ids) == list(range(1, len(notices) + 1))
    for draft in made:
        assert units(numbered(10**18, draft.text, is_repeat=True)) <= LIMIT
        assert {is_silent(notices[i - 1], NOW, quiet) for i in draft.notification_ids} == {draft.is_silent}


@given(NOTICES)
def test_no_word_from_outside_is_markup_or_hides(one: Notice) -> None:
    (draft,) = drafts([Waiting(1, NOW, one)], NOW, None)
    without = re.sub(r'<a href="https?://[^"<>]*">|</?b>|</a>', "", draft.text)
    assert "<" not in without and ">" not in without
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", draft.text)


def test_markup_that_is_refused_leaves_plain_words_with_the_address() -> None:
    (draft,) = drafts([Waiting(1, NOW, notice(link="http://host/runs/1?a=1&b=2", run_id="0123456789"))], NOW, None)
    assert '<a href="http://host/runs/1?a=1&amp;b=2">01234567</a>' in draft.text
    assert "01234567: http://host/runs/1?a=1&b=2" in plain(draft.text)


def test_a_burst_becomes_one_message_with_the_count_and_the_days() -> None:
    burst = [
        notice(dedup_key=str(i), detail=f"ValueError: day {i}", partition_key=f"2026-01-{i % 28 + 1:02}")
        for i in range(100)
    ]
    (draft,) = drafts(numbered_waiting(burst), NOW, None)
    assert "100 × us/prediction failed" in draft.text
    assert "and 20 more" in draft.text
    assert len(draft.notification_ids) == 100


def test_failures_of_different_kinds_assets_and_lines_are_told_apart_the_gravest_first() -> None:
    told = [
        notice(level="warning", title="soon again"),
        notice(detail="KeyError: a", market="us", asset="price"),
        notice(detail="KeyError: b", market="us", asset="price"),
        notice(detail="KeyError: a", market="krx", asset="price"),
    ]
    (draft,) = drafts(numbered_waiting(told), NOW, None)
    assert draft.text.count("<b>") == 4
    assert draft.text.index("KeyError") < draft.text.index("soon again")
    assert draft.notification_ids[-1] == 1


def test_a_repeat_has_the_number_of_the_first_and_says_so() -> None:
    assert numbered(7, "x", is_repeat=False) == "#7\nx"
    assert numbered(7, "x", is_repeat=True).startswith("#7 · perhaps sent before")


@given(NOTICES, QUIET)
def test_in_quiet_hours_errors_come_without_a_sound_and_infos_wait(one: Notice, quiet: QuietHours | None) -> None:
    is_quiet = quiet is not None and quiet.covers(NOW)
    assert is_held(one, NOW, quiet) == (is_quiet and one.level == "info" and one.kind != "test")
    if is_quiet:
        assert is_silent(one, NOW, quiet)
    elif one.level != "info" or one.kind == "test":
        assert not is_silent(one, NOW, quiet)


@given(st.times(), st.times(), st.datetimes(timezones=st.just(UTC)))
def test_quiet_hours_and_the_rest_of_the_day_never_overlap_and_leave_no_gap(
    start: time, end: time, at: datetime
) -> None:
    if start != end:
        zone = ZoneInfo("UTC")
        assert QuietHours(start, end, zone).covers(at) != QuietHours(end, start, zone).covers(at)


def test_quiet_hours_are_read_in_their_zone_also_over_midnight() -> None:
    quiet = parse_quiet_hours("23:00-07:00 Asia/Seoul")
    assert quiet == QuietHours(time(23), time(7), SEOUL)
    assert quiet.covers(utc(2026, 11, 20, 14, 0)) and quiet.covers(utc(2026, 11, 20, 21, 59))
    assert not quiet.covers(utc(2026, 11, 20, 22, 0)) and not quiet.covers(utc(2026, 11, 20, 13, 59))
    assert parse_quiet_hours(" ") is None


@pytest.mark.parametrize("wrong", ["23-7", "23:00-07:00", "25:00-07:00 UTC", "07:00-07:00 UTC", "23:00-07:00 Moon/Sea"])
def test_quiet_hours_that_cannot_be_read_are_one_sentence_with_the_cure(wrong: str) -> None:
    with pytest.raises(ValueError, match="Write them as 23:00-07:00 Asia/Seoul"):
        parse_quiet_hours(wrong)
    with pytest.raises(ValueError, match="Write it as 09:00 Asia/Seoul"):
        parse_daily_time(wrong)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.times())  # noqa: DTZ001
def test_the_daily_time_was_within_the_last_day(now: datetime, at: time) -> None:
    daily = parse_daily_time(f"{at:%H:%M} America/New_York")
    assert daily is not None
    newest = daily.newest(now)
    assert timedelta(0) <= now - newest.astimezone(UTC) <= timedelta(hours=25)


@given(NOTICES, st.sampled_from(LEVELS))
def test_a_level_lets_through_what_is_as_grave_and_always_a_test(one: Notice, least: str) -> None:
    assert is_wanted(one, least) == (one.kind == "test" or LEVELS.index(one.level) >= LEVELS.index(least))  # type: ignore[arg-type]


def test_a_burst_is_gathered_and_nobody_waits_for_ever() -> None:
    def waits(*ages: float) -> list[Waiting]:
        return [Waiting(i, NOW - timedelta(seconds=age), notice()) for i, age in enumerate(ages)]

    assert not is_gathered([], NOW, 0)
    assert not is_gathered(waits(0.5), NOW, 0)
    assert is_gathered(waits(2), NOW, 0)
    assert not is_gathered(waits(3, 0.1), NOW, 0)
    assert is_gathered(waits(4.1, 0.1), NOW, 0)
    assert not is_gathered(waits(44, 3), NOW, 40), "in a storm more of it is waited for"
    assert is_gathered(waits(45, 0.1), NOW, 40)


def messages_of(arrivals: Sequence[float]) -> list[tuple[float, int]]:
    """When, and of how many notices, a sender that looks every second makes messages of what comes at those seconds."""
    made: list[tuple[float, int]] = []
    waiting: list[float] = []
    left = sorted(arrivals)
    for second in range(int(left[-1]) + 120):
        while left and left[0] <= second:
            waiting.append(left.pop(0))
        now = NOW + timedelta(seconds=second)
        told = sum(count for at, count in made if at > second - STORM_SPAN.total_seconds())
        came = [Waiting(i, NOW + timedelta(seconds=at), notice()) for i, at in enumerate(waiting)]
        if is_gathered(came, now, told):
            made.append((second, len(waiting)))
            waiting.clear()
    return made


@pytest.mark.parametrize("together", [1, 2, 5, 10])
@pytest.mark.parametrize("seconds", [5, 60, 250, 400, 500, 550, 600])
def test_a_hundred_failures_are_few_messages_however_slowly_a_machine_brings_them(seconds: int, together: int) -> None:
    made = messages_of([seconds * (n // together * together) / 100 for n in range(100)])
    assert sum(count for _, count in made) == 100
    assert len(made) <= 25


def test_failures_that_follow_one_another_are_each_told_at_once() -> None:
    came = [12 * n + 0.5 for n in range(30)]
    assert [at - began for (at, _), began in zip(messages_of(came), came, strict=True)] == [1.5] * 30


# Failed runs


def failed(tags: dict[str, str] | None = None, **more: object) -> FailedRun:
    steps = {"us__prediction": [ErrorLink("ValueError", "ValueError: no bars\n")]}
    fields = {"steps": steps, **more}
    return FailedRun("abc", "us_day_job", tags or {}, NOW, **fields)  # type: ignore[arg-type]


def told(run: FailedRun) -> Notice | None:
    return failure_notice(run, {"us", "krx"}, "http://ui:3000/")


def test_a_failed_run_is_told_with_market_asset_days_line_and_link() -> None:
    one = told(failed({"dagster/partition": "2026-11-20"}))
    assert one == Notice(
        dedup_key="run_failure:abc", kind="run_failure", level="error", title="us/prediction failed",
        detail="ValueError: no bars", occurred_at=NOW, market="us", asset="prediction", partition_key="2026-11-20",
        run_id="abc", link="http://ui:3000/runs/abc",
    )  # fmt: skip


def test_a_range_is_told_as_dagster_writes_it() -> None:
    ends = {"dagster/asset_partition_range_start": "2026-11-01", "dagster/asset_partition_range_end": "2026-11-30"}
    one = told(failed(ends))
    assert one is not None and one.partition_key == "2026-11-01...2026-11-30"


def test_of_a_run_and_its_retries_the_first_and_the_last_are_told() -> None:
    tags = [
        {"dagster/will_retry": "true"},
        {"dagster/retry_number": "1", "dagster/root_run_id": "abc", "dagster/will_retry": "true"},
        {"dagster/retry_number": "2", "dagster/root_run_id": "abc", "dagster/will_retry": "false"},
    ]
    first, second, last = (told(failed(each)) for each in tags)
    assert first is not None and (first.level, first.title) == (
        "warning",
        "us/prediction failed (attempt 1, Dagster tries again)",
    )
    assert second is None
    assert last is not None and (last.level, last.title) == ("error", "us/prediction failed (attempt 3, the last)")


def test_a_run_that_a_person_started_anew_is_told() -> None:
    one = told(failed({"dagster/root_run_id": "abc", "dagster/parent_run_id": "abc", "dagster/will_retry": "false"}))
    assert one is not None and one.title == "us/prediction failed"


def test_a_run_that_stood_back_is_no_failure() -> None:
    assert told(failed({"craveny/skipped": "held by run x"})) is None


def test_a_run_whose_worker_died_is_told_in_dagsters_words_and_a_canceled_one_says_so() -> None:
    one = told(failed(steps={}, message="The run worker died.\n", was_canceling=True))
    assert one is not None
    assert (one.title, one.market, one.asset) == ("us_day_job failed", "us", None)
    assert one.detail == "It was being canceled when it ended. The run worker died."


def test_the_line_is_the_users_own_exceptions_first_without_its_module() -> None:
    chain = [
        ErrorLink("DagsterExecutionStepExecutionError", "dagster._core.errors.DagsterExecutionStepExecutionError: x"),
        ErrorLink("OperationalError", "\nsqlalchemy.exc.OperationalError: (psycopg) gone\n[SQL: SELECT 1]\n"),
        ErrorLink("OSError", "OSError: socket"),
    ]
    assert first_error_line(chain) == "OperationalError: (psycopg) gone"
    assert first_error_line([ErrorLink("Failure", "dagster._core.definitions.events.Failure: 1 of 2 days")]) == (
        "1 of 2 days"
    )
    assert first_error_line([]) == ""


@given(st.lists(st.builds(ErrorLink, st.text(max_size=20), st.text(max_size=20_000)), max_size=4))
@example([ErrorLink("E", "a" * 100_000)])
def test_the_line_is_one_line_of_bounded_length(chain: list[ErrorLink]) -> None:
    line = first_error_line(chain)
    assert len(line) <= 300 or line in {link.name for link in chain}
    assert "\n" not in line or line in {link.name for link in chain}


@pytest.mark.parametrize(
    "secret",
    [
        "postgresql://user:hunter2secret@host/db", "https://api.telegram.org/bot123456:AAhunter2secret/sendMessage",
        "password=hunter2secret", "'api_key': 'hunter2secret'", "Authorization: Bearer hunter2secret",
        "sk-hunter2secret", "TOKEN=hunter2secret", "eyJhbGciOiJI.hunter2secret.hunter2secret",
    ],
)  # fmt: skip
def test_secrets_are_masked(secret: str) -> None:
    assert "hunter2secret" not in mask_secrets(f"ValueError: {secret} is wrong")


# The watchdog's rules


def test_a_daemon_is_down_when_its_newest_heartbeat_is_old_and_unknown_at_the_start_of_a_watch() -> None:
    old = {"SENSOR": NOW - timedelta(seconds=80)}
    assert daemon(old, NOW, NOW - timedelta(hours=1)).state == "down"
    assert daemon(old, NOW, NOW - timedelta(seconds=30)).state == "unknown"
    assert daemon({}, NOW, NOW - timedelta(hours=1)).state == "down"
    assert daemon({"SENSOR": NOW - timedelta(seconds=40)}, NOW, NOW).state == "fine"


def test_a_stuck_part_of_the_daemon_is_told_but_not_one_that_was_switched_off() -> None:
    since = NOW - timedelta(hours=1)
    fresh = {"SCHEDULER": NOW}
    assert daemon({**fresh, "SENSOR": NOW - timedelta(minutes=6)}, NOW, since).state == "down"
    assert daemon({**fresh, "ASSET": NOW - timedelta(days=6)}, NOW, since).state == "fine"


def test_the_sender_is_down_when_silent_and_the_backlog_old_when_an_alert_waits_ten_minutes() -> None:
    since = NOW - timedelta(hours=1)
    silent = Outbox(NOW - timedelta(seconds=61), "", 3, NOW - timedelta(minutes=11))
    assert sender(silent, NOW, since).state == "down" and "3 alerts wait" in sender(silent, NOW, since).detail
    assert sender(silent, NOW, NOW).state == "unknown"
    assert sender(Outbox(NOW), NOW, since).state == "fine"
    assert backlog(silent, NOW).state == "down"
    assert backlog(Outbox(NOW, "", 3, NOW - timedelta(minutes=9)), NOW).state == "fine"


@given(st.timedeltas(timedelta(days=-1), timedelta(days=1)), st.integers(0, 3), st.integers(0, 3))
def test_a_forecast_is_late_from_five_minutes_before_the_open_until_every_model_has_forecast(
    after: timedelta, models: int, missing: int
) -> None:
    open_at = utc(2026, 11, 20, 14, 30)
    names = tuple(f"m{i}" for i in range(min(missing, models)))
    state = ForecastState("us", date(2026, 11, 20), open_at, open_at + timedelta(hours=6), models, names)
    is_due = timedelta(minutes=-5) <= after < timedelta(hours=6)
    expected = "fine" if models and not names else "down" if names and is_due else "unknown"
    assert late_forecast(state, open_at + after).state == expected


def test_what_is_over_is_told_under_the_key_of_its_beginning() -> None:
    down = daemon({}, NOW, NOW - timedelta(hours=1))
    first = begun(down, NOW)
    last = over(down, first.dedup_key, NOW + timedelta(hours=1))
    assert last.dedup_key == f"{first.dedup_key}:over"
    assert last.title == "Over: Dagster's daemon is silent" and "2026-11-20 12:00:00 UTC" in last.detail
    assert last.level == first.level


@given(st.none() | st.integers(0, 300), st.integers(1, 6), st.none() | st.integers(0, 300))
def test_a_source_is_told_when_it_failed_three_times_or_was_silent_for_two_hours(
    failing: int | None, failures: int, silent: int | None
) -> None:
    ago = [None if minutes is None else NOW - timedelta(minutes=minutes) for minutes in (failing, silent)]
    state = SourceState("us", "wire", "news", "It answers 503.", ago[0], failures if failing is not None else 0, ago[1])
    fails = failing is not None and failing > 120 and failures >= CHECKS
    is_down = fails or (silent is not None and silent > 120)
    finding = silent_source(state, NOW)
    expected = "down" if is_down else "fine" if failing is None and silent is None else "unknown"
    assert finding.state == expected
    assert begun(finding, NOW).level == over(finding, "incident:x:0", NOW).level == "warning"
    assert timedelta(hours=2) == SOURCE_SILENCE
