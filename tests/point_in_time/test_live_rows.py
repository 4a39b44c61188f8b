"""What was said before the open stands for good, and every forecast tells how honest its moment was."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.point_in_time.today import HOUR, Stage, Today

EARLY = "'2026-01-01T00:00:00Z'"


def the_open_passes(stage: Stage) -> None:
    stage.hold_session(-HOUR, 5 * HOUR)


def the_close_passes(stage: Stage) -> None:
    stage.hold_session(-7 * HOUR, -HOUR)


def the_session_and_its_cutoff_move(stage: Stage) -> None:
    lead = stage.lead
    stage.hold_session(-timedelta(minutes=2), 5 * HOUR)
    stage.lead = lead


def prices_are_corrected(stage: Stage) -> None:
    stage.run(
        "INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,"
        " currency, available_at, basis) SELECT market, stock_id, session_date, source, open, high, low,"
        " close * (1 + stock_id % 3), volume, 2, currency, available_at + interval '1 second', 'observed' FROM price"
        " WHERE market = :m"
    )


def news_is_matched_again(stage: Stage) -> None:
    stage.run("DELETE FROM match_review")
    stage.run(
        "UPDATE stock_alias SET"
        " stock_id = (SELECT min(stock_id) FROM stock s WHERE s.market = :m AND s.kind = 'stock'),"
        f" available_at = {EARLY}::timestamptz + alias_id * interval '1 second'"
        " WHERE stock_id IN (SELECT stock_id FROM stock WHERE market = :m)"
    )
    stage.match_again()


def vectors_change(stage: Stage) -> None:
    stage.run("UPDATE news_embeddings SET vector = (SELECT min(vector) FROM news_embeddings) WHERE market = :m")


def reviews_reject_every_link(stage: Stage) -> None:
    stage.run(
        "INSERT INTO match_review (news_id, stock_id, verdict, available_at)"
        f" SELECT news_id, stock_id, 'rejected', {EARLY} FROM match WHERE market = :m"
    )


def a_stock_is_delisted(stage: Stage) -> None:
    stage.run(
        f"UPDATE stock SET retired_at = {EARLY} WHERE symbol IN (SELECT min(symbol) FROM stock WHERE market = :m)"
    )


def a_stock_is_paused(stage: Stage) -> None:
    stage.run(
        "INSERT INTO stock_pause (stock_id, available_at)"
        f" SELECT max(stock_id), {EARLY}::timestamptz FROM stock WHERE market = :m AND kind = 'stock'"
    )


def its_models_are_retired(stage: Stage) -> None:
    stage.run(f"UPDATE model_activation SET active_until_at = {EARLY} WHERE model_name <> 'always_up'")


def everything(stage: Stage) -> None:
    for change in (prices_are_corrected, news_is_matched_again, vectors_change, a_stock_is_delisted):
        change(stage)
    its_models_are_retired(stage)
    the_close_passes(stage)


CHANGES = [
    the_open_passes, the_close_passes, the_session_and_its_cutoff_move, prices_are_corrected, news_is_matched_again,
    vectors_change, reviews_reject_every_link, a_stock_is_delisted, a_stock_is_paused, its_models_are_retired,
    everything,
]  # fmt: skip
# Of these a forecast that is not live, asked again with fresh inputs, does take notice.
MOVING = [
    prices_are_corrected, news_is_matched_again, vectors_change, reviews_reject_every_link, a_stock_is_delisted,
    a_stock_is_paused,
]  # fmt: skip


@pytest.mark.parametrize("refresh_inputs", [False, True], ids=["as_frozen", "refreshed"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_live_forecast_asked_again_is_returned_unchanged(
    today: Today, change: Callable[[Stage], None], refresh_inputs: bool
) -> None:
    with today.stage() as stage:
        stage.forecast()
        said = stage.said()
        assert stage.origins() == {"live"}
        assert len(said[0]) >= 150
        change(stage)
        again = stage.forecast(refresh_inputs=refresh_inputs)
        assert stage.said() == said
        assert not again.changes.any


@pytest.mark.parametrize("change", MOVING, ids=lambda change: change.__name__)
def test_a_late_forecast_with_fresh_inputs_does_move(today: Today, change: Callable[[Stage], None]) -> None:
    with today.stage(opens=-HOUR) as stage:
        stage.forecast()
        said = stage.said()
        change(stage)
        assert not stage.forecast().changes.any
        assert stage.said() == said
        assert stage.forecast(refresh_inputs=True).changes.any
        assert stage.said() != said


@pytest.mark.parametrize("change", MOVING, ids=lambda change: change.__name__)
def test_a_late_forecast_does_not_move_once_the_outcome_is_known(today: Today, change: Callable[[Stage], None]) -> None:
    with today.stage(opens=-HOUR) as stage:
        stage.forecast()
        said = stage.said()
        assert stage.origins() == {"late"}
        the_close_passes(stage)
        change(stage)
        assert not stage.forecast(refresh_inputs=True).changes.any
        assert stage.said() == said


def test_an_answer_that_would_differ_now_does_not_replace_a_live_one(today: Today) -> None:
    with today.stage() as stage:
        stage.forecast()
        said = stage.rows()
        stage.run("""UPDATE prediction_evidence SET question = jsonb_set(question, '{base}',
            '{"1": [0.9, 9, 9], "3": [0.9, 9, 9], "5": [0.9, 9, 9]}')""")
        the_open_passes(stage)
        stage.forecast()
        assert stage.rows() == said
        stage.run("DELETE FROM prediction WHERE session_date = :d")
        stage.forecast()
        assert stage.run("SELECT max(climatology) FROM prediction WHERE session_date = :d") == [(0.9,)]


def test_a_model_that_comes_after_the_open_is_late_and_leaves_live_rows_alone(today: Today) -> None:
    with today.stage() as stage:
        stage.forecast(models=("momentum", "climatology"))
        before = set(stage.rows())
        the_open_passes(stage)
        stage.forecast()
        after = set(stage.rows())
        assert before < after
        origins = dict(
            stage.run("SELECT DISTINCT model_name, origin FROM prediction WHERE market = :m AND session_date = :d")
        )
        assert {n for n, o in origins.items() if o == "live"} == {"momentum", "climatology"}
        assert {o for n, o in origins.items() if n not in {"momentum", "climatology"}} == {"late"}


@pytest.mark.parametrize(
    ("opens", "closes", "origin"),
    [(HOUR, 7 * HOUR, "live"), (-HOUR, 5 * HOUR, "late"), (-7 * HOUR, -HOUR, "reconstructed")],
)
def test_the_origin_tells_where_the_database_s_clock_stood(
    today: Today, opens: timedelta, closes: timedelta, origin: str
) -> None:
    with today.stage(opens, closes) as stage:
        written = stage.forecast()
        assert stage.origins() == {origin}
        assert written.checks[0].passed


def declared_article(stage: Stage, *, seen: timedelta, known: timedelta = -HOUR, basis: str = "declared") -> None:
    stage.run(
        "INSERT INTO raw_news (market, source, item_key, payload_hash, payload, available_at, basis, observed_at)"
        " VALUES (:m, 'sample', 'planted', '', '{}', :known, :basis, :seen)",
        known=stage.of.known_at + known, seen=stage.of.known_at + seen, basis=basis,
    )  # fmt: skip


def declared_bar(stage: Stage, *, seen: timedelta, known: timedelta = -HOUR, basis: str = "declared") -> None:
    stage.run(
        "INSERT INTO price (market, stock_id, session_date, source, open, high, low, close, volume, split_ratio,"
        " currency, available_at, basis, observed_at) SELECT p.market, stock_id, session_date, 'planted', open, high,"
        " low, close, volume, split_ratio, p.currency, :known, :basis, :seen FROM price p JOIN stock s USING (stock_id)"
        " WHERE p.market = :m AND s.kind = 'stock' ORDER BY session_date DESC LIMIT 1",
        known=stage.of.known_at + known, seen=stage.of.known_at + seen, basis=basis,
    )  # fmt: skip


MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize("plant", [declared_article, declared_bar])
@pytest.mark.parametrize(
    ("seen", "known", "basis", "origin"),
    [
        (MOMENT, -HOUR, "declared", "reconstructed"),  # an archive's word for the window
        (MOMENT, -10 * DAY, "declared", "reconstructed"),  # and for the past that is searched
        (timedelta(0), -HOUR, "declared", "live"),  # seen here in time: nobody's word is needed
        (MOMENT, -HOUR, "observed", "live"),
        (MOMENT, MOMENT, "declared", "live"),  # not part of the question
    ],
)
def test_a_forecast_on_an_archive_s_word_is_reconstructed(
    today: Today, plant: Callable, seen: timedelta, known: timedelta, basis: str, origin: str
) -> None:
    with today.stage() as stage:
        plant(stage, seen=seen, known=known, basis=basis)
        stage.forecast()
        assert stage.origins() == {origin}


@pytest.mark.parametrize(
    ("reached", "degraded"),
    [(None, ["slow"]), (-MOMENT, ["slow"]), (timedelta(0), []), (MOMENT, [])],
    ids=["never", "just_short", "exactly", "beyond"],
)
def test_a_source_not_read_up_to_the_cutoff_degrades_the_forecast_and_is_named(
    today: Today, reached: timedelta | None, degraded: list[str]
) -> None:
    with today.stage() as stage:
        stage.run("INSERT INTO source VALUES (:m, 'slow', 'news', 'archive', false, :d, NULL)")
        if reached is not None:
            stage.run("INSERT INTO source_watermark VALUES (:m, 'slow', 'news', :at)", at=stage.of.known_at + reached)
        written = stage.forecast()
        named = stage.run("SELECT DISTINCT degraded FROM prediction WHERE market = :m AND session_date = :d")
        assert [tuple(row) for row in named] == [(degraded,)]
        assert written.checks[0].passed == (not degraded)
        assert ("slow" in written.checks[0].detail) == bool(degraded)


def test_a_source_that_speaks_for_other_days_degrades_nothing(today: Today) -> None:
    with today.stage() as stage:
        stage.run(
            "INSERT INTO source VALUES (:m, 'old', 'news', 'archive', false, date '2014-01-01', date '2015-09-30')"
        )
        stage.forecast()
        assert {tuple(d) for (d,) in stage.run("SELECT degraded FROM prediction WHERE market = :m")} == {()}
