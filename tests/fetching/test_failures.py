"""What a source's failure says, whatever it was."""

import pytest

from craveny_assets.fetching.failures import FetchFailed, as_fetch_failed


def test_whatever_a_reader_stumbles_over_is_a_failure_that_repeats_nothing_of_the_answer():
    with pytest.raises(FetchFailed) as caught, as_fetch_failed():
        raise KeyError("an answer's own words")
    assert caught.value.error_class == "unreadable"
    assert "KeyError" in caught.value.message
    assert "words" not in caught.value.message


def test_a_failure_that_says_what_it_is_stays_so():
    failed = FetchFailed("robots", "It is forbidden.")
    with pytest.raises(FetchFailed) as caught, as_fetch_failed():
        raise failed
    assert caught.value is failed
