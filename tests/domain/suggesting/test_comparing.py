"""Which passages of a text are compared with the recorded claims, and which count as like one."""

import pytest

from claimkb.domain.questions import TooLong
from claimkb.domain.suggesting import comparing
from claimkb.domain.suggesting.comparing import TooManySentences


def test_the_sentences_of_a_text_are_compared() -> None:
    found = comparing.passages("It is so. It was so.", "en")
    assert [(each.exact, each.start, each.end) for each in found] == [("It is so.", 0, 9), ("It was so.", 10, 20)]


def test_a_text_of_an_unknown_language_has_sentences_too() -> None:
    assert len(comparing.passages("It is so. It was so.", None)) == 2


def test_as_much_is_compared_as_is_said_and_no_more() -> None:
    assert len(comparing.passages("It is so. " * 500, "en")) == 500
    with pytest.raises(TooManySentences, match="The text has 501 sentences; at most 500 are compared at once"):
        comparing.passages("It is so. " * 501, "en")
    with pytest.raises(TooLong, match="text has 100001 characters; at most 100000 are read"):
        comparing.passages("x" * 100_001, "en")


@pytest.mark.parametrize(("score", "shared", "does"), [(0.3, 2, True), (0.29, 2, False), (1.0, 1, False)])
def test_a_sentence_is_like_a_claim_by_its_score_and_by_two_words(score: float, shared: int, does: bool) -> None:
    assert comparing.counts(score, shared) is does
