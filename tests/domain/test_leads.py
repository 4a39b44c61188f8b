"""Who tells a story first: held against a plain count over stories made at random."""

from datetime import timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from craveny_domain.leads import Lead, Telling, leads
from tests.conftest import utc

AT = utc(2026, 10, 19, 12, 0)


@st.composite
def told_stories(draw: st.DrawFn) -> list[list[Telling]]:
    """Stories, each a list of tellings in the order they came, a copy pointing to any telling before it."""
    stories, news_id = [], 0
    for _ in range(draw(st.integers(0, 12))):
        told: list[Telling] = []
        at = AT
        for _ in range(draw(st.integers(1, 6))):
            news_id += 1
            at += timedelta(minutes=draw(st.integers(0, 3)) * 20)
            original = draw(st.sampled_from(told)).news_id if told else news_id
            told.append(Telling(news_id, original, draw(st.sampled_from("abcd")), at))
        stories.append(told)
    return stories


@given(told_stories(), st.randoms())
def test_leads_are_those_of_a_plain_count(stories: list[list[Telling]], chance: object) -> None:
    tellings = [telling for told in stories for telling in told]
    chance.shuffle(tellings)  # type: ignore[attr-defined]
    found = leads(tellings)
    shared = [told for told in stories if len({t.source for t in told}) > 1]
    assert set(found) == {t.source for told in shared for t in told}
    for source, lead in found.items():
        mine = [told for told in shared if source in {t.source for t in told}]
        ahead = []
        for told in mine:
            own = min(t.available_at for t in told if t.source == source)
            others = min(t.available_at for t in told if t.source != source)
            if own < others:
                ahead.append((others - own) / timedelta(minutes=1))
        assert lead == Lead(len(mine), median(ahead) if ahead else None, len(ahead) / len(mine))


@given(told_stories())
def test_a_story_that_began_before_is_left_out(stories: list[list[Telling]]) -> None:
    assert leads(telling for told in stories for telling in told[1:]) == {}
