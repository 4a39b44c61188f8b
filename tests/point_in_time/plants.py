"""Facts about news made to decide a forecast, each planted with an instant of availability of the test's choice.

A plant is a generator: before its `yield` it writes facts, after it (articles and links were made again) what
hangs on them. `KNOWN` gives for every plant the latest instant at which it must be noticed; None: never.
"""

import json
from collections.abc import Callable, Generator
from datetime import datetime, timedelta

from craveny_domain.facts import RawItem
from craveny_store.news import append_raw
from tests.point_in_time.market_plants import (
    activation,
    bars_of_the_session_and_later,
    correction,
    deactivation,
    delisting,
    evaluations,
    listing,
    old_correction,
    pause,
    priority,
    rename,
    split,
)
from tests.point_in_time.past import Plant, Scene

Growing = Generator[None]
PRAISE = {
    "us": "{} shares soar on record profit, upgrade and strong growth, surge and rally",
    "krx": "{} 급등, 사상 최대 호실적에 상승 랠리 호재",
}


def article(scene: Scene, at: datetime, pick: int) -> Growing:
    """New praise of a stock, with the very vector its question asks with."""
    stock_id = scene.stock(pick)
    name = scene.run("SELECT name FROM stock WHERE stock_id = :id", id=stock_id)[0][0]
    news_id = _raw(scene, f"planted-{pick}-{at}", at, {"title": PRAISE[scene.market.code].format(name)})
    yield
    scene.add_vector(news_id, at, scene.question_vector(stock_id))


def wire_copy(scene: Scene, at: datetime, pick: int) -> Growing:
    """A near-duplicate of an article in the window, which would take the story over if it came first."""
    title, text = _words_of(scene, scene.links[pick % len(scene.links)].news_id)
    _raw(scene, f"copy-{pick}-{at}", at, {"title": title, "text": text})
    yield


def sent_again(scene: Scene, at: datetime, pick: int) -> Growing:
    """One of the window's latest articles fetched again, this time naming every stock."""
    news_id = scene.links[-1 - pick % 3].news_id
    payload, source = scene.run("SELECT payload, source FROM raw_news WHERE raw_news_id = :id", id=news_id)[0]
    symbols = [s for (s,) in scene.run("SELECT symbol FROM stock WHERE market = :m", m=scene.market.code)]
    _raw(scene, f"again-{pick}-{at}", at, {**json.loads(payload), "symbols": symbols}, source)
    yield


def vector_of_a_past_story(scene: Scene, at: datetime, pick: int) -> Growing:
    """A past story's vector, which nobody had made, equal to a question's."""
    yield
    scene.add_vector(scene.held_back.past_story, at, scene.question_vector(scene.stock(pick)))


def vector_of_a_window_story(scene: Scene, at: datetime, pick: int) -> Growing:
    """The vector of an article of the window, which nobody had made, equal to a past story's."""
    past = scene.past_links[pick % len(scene.past_links)].news_id
    yield
    scene.run(
        "INSERT INTO news_embeddings SELECT :id, embedding_model, market, :day, :at, vector FROM news_embeddings"
        " WHERE news_id = :past ON CONFLICT DO NOTHING",
        id=scene.held_back.window_story[scene.day], day=scene.market.local_date(at), at=at, past=past,
    )  # fmt: skip


def alias(scene: Scene, at: datetime, pick: int) -> Growing:
    """Words of every title in the window and of a past one become another name of one stock."""
    stock_id = scene.stock(pick)
    for link in (*scene.links, scene.past_links[0]):
        scene.add_name(stock_id, link.title[: 6 + pick % 3], at)
        scene.add_name(stock_id, link.title.split()[-1], at)
    yield


def alias_given_up(scene: Scene, at: datetime, pick: int) -> Growing:  # noqa: ARG001
    """Every name of every stock is given up."""
    scene.run("UPDATE stock_alias SET retired_at = :at", at=at)
    yield


def context_needed(scene: Scene, at: datetime, pick: int) -> Growing:  # noqa: ARG001
    """Every name of every stock is marked as a common word, which links only where its context says so."""
    known = "UPDATE stock_alias SET retired_at = :at WHERE retired_at IS NULL RETURNING stock_id, alias, kind"
    scene.run(
        f"WITH known AS ({known}) INSERT INTO stock_alias (stock_id, alias, kind, needs_context, available_at)"
        " SELECT stock_id, alias, kind, true, :at FROM known ON CONFLICT DO NOTHING",
        at=at,
    )  # fmt: skip
    yield


def link_in_the_window(scene: Scene, at: datetime, pick: int) -> Growing:
    """A link from an article of the window to a stock it is not about."""
    yield
    _link(scene, [n.news_id for n in scene.links], at, pick)


def link_of_a_past_story(scene: Scene, at: datetime, pick: int) -> Growing:
    """Links from past stories to a stock they are not about."""
    yield
    _link(scene, [n.news_id for n in scene.past_links], at, pick)


def rejection_in_the_window(scene: Scene, at: datetime, pick: int) -> Growing:
    """A reviewer rejects a link of the window."""
    link = scene.links[pick % len(scene.links)]
    scene.review(link.news_id, link.stock_id, "rejected", at)
    yield


def rejection_of_past_stories(scene: Scene, at: datetime, pick: int) -> Growing:  # noqa: ARG001
    """A reviewer rejects every link of some past weeks."""
    for link in scene.past_links:
        scene.review(link.news_id, link.stock_id, "rejected", at)
    yield


def confirmation(scene: Scene, at: datetime, pick: int) -> Growing:  # noqa: ARG001
    """A reviewer confirms a link of the window that another had rejected."""
    scene.review(*scene.held_back.rejected[scene.day], "confirmed", at)
    yield


def _raw(scene: Scene, key: str, at: datetime, payload: dict, source: str = "sample") -> int:
    item = RawItem(key, json.dumps(payload, ensure_ascii=False), at, "observed")
    append_raw(scene.conn, scene.market.code, source, [item])
    return scene.run("SELECT raw_news_id FROM raw_news WHERE item_key = :key", key=key)[0][0]


def _words_of(scene: Scene, news_id: int) -> tuple[str, str]:
    payload = json.loads(scene.run("SELECT payload FROM raw_news WHERE raw_news_id = :id", id=news_id)[0][0])
    return payload["title"], payload["text"]


def _link(scene: Scene, news_ids: list[int], at: datetime, pick: int) -> None:
    scene.run(
        "INSERT INTO match (news_id, stock_id, market, partition_date, kind, span, score, mentions, available_at)"
        " SELECT news_id, :stock, market, partition_date, 'declared', '', 1, 1, :at FROM news"
        " WHERE news_id = ANY(:ids) ON CONFLICT DO NOTHING",
        stock=scene.stock(pick), at=at, ids=news_ids,
    )  # fmt: skip


def _at_cutoff(scene: Scene, pick: int) -> datetime:  # noqa: ARG001
    return scene.cutoff


def _at_previous_cutoff(scene: Scene, pick: int) -> datetime:  # noqa: ARG001
    return scene.window.after


def _with_its_article(scene: Scene, pick: int) -> datetime:
    return _available(scene, scene.links[-1 - pick % 3].news_id)


def _just_before_its_article(scene: Scene, pick: int) -> datetime:
    return _available(scene, scene.links[pick % len(scene.links)].news_id) - timedelta(minutes=1)


def _available(scene: Scene, news_id: int) -> datetime:
    return scene.run("SELECT available_at FROM news WHERE news_id = :id", id=news_id)[0][0]


KNOWN: dict[Plant, Callable[[Scene, int], datetime] | None] = {
    article: _at_cutoff,
    wire_copy: _just_before_its_article,
    sent_again: _with_its_article,
    correction: _at_cutoff,
    old_correction: _at_cutoff,
    split: _at_cutoff,
    bars_of_the_session_and_later: None,
    vector_of_a_past_story: _at_previous_cutoff,
    vector_of_a_window_story: _at_cutoff,
    alias: _at_previous_cutoff,
    alias_given_up: _at_previous_cutoff,
    context_needed: None,
    link_in_the_window: _at_cutoff,
    link_of_a_past_story: _at_previous_cutoff,
    rejection_in_the_window: _at_cutoff,
    rejection_of_past_stories: _at_previous_cutoff,
    confirmation: _at_cutoff,
    listing: _at_cutoff,
    delisting: _at_cutoff,
    pause: _at_cutoff,
    rename: _at_previous_cutoff,
    priority: None,
    activation: _at_cutoff,
    deactivation: _at_cutoff,
    evaluations: None,
}
