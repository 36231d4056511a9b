"""How is a claim rated, and which scale does a desk have?"""

import pytest

from claimkb.domain.refusals import Refusal
from claimkb.domain.review import BadScale, Rating, rated, read_scale
from claimkb.domain.reviewing import NoRating, NotOnTheScale, RatingsDisagree

SCALE = {"Pants on fire": Rating.FALSE, "Half true": Rating.MISLEADING}


@pytest.mark.parametrize(
    ("rating", "desk_rating", "expected"),
    [
        (Rating.TRUE, None, Rating.TRUE),
        (None, "Half true", Rating.MISLEADING),
        (Rating.MISLEADING, "Half true", Rating.MISLEADING),
    ],
)
def test_a_rating_is_a_term_or_the_desks_own_word(rating: Rating | None, desk_rating: str | None, expected: Rating) -> None:
    assert rated(rating, desk_rating, SCALE) is expected


@pytest.mark.parametrize(
    ("rating", "desk_rating", "refusal", "message"),
    [
        (None, None, NoRating, "A review needs a rating: send one, or the desk's own word for it."),
        (
            Rating.TRUE,
            "Half true",
            RatingsDisagree,
            "On this desk's scale 'Half true' means MISLEADING, not TRUE: send one of the two, or both as they agree.",
        ),
        (None, "half true", NotOnTheScale, "'half true' is not on this desk's scale. Its words: Pants on fire, Half true."),
    ],
)
def test_a_rating_that_is_missing_unknown_or_in_two_minds_is_refused(
    rating: Rating | None, desk_rating: str | None, refusal: type[Refusal], message: str
) -> None:
    with pytest.raises(refusal) as caught:
        rated(rating, desk_rating, SCALE)
    assert str(caught.value) == message


def test_a_desk_without_a_scale_has_no_words_of_its_own() -> None:
    with pytest.raises(NotOnTheScale, match="it has none, CLAIMKB_RATING_SCALE sets one"):
        rated(Rating.TRUE, "True", {})


def test_a_scale_is_read_as_it_is_written() -> None:
    assert read_scale("Pants on fire=FALSE, Half true=MISLEADING") == SCALE
    assert read_scale(" A=B = TRUE ,C=TRUE") == {"A=B": Rating.TRUE, "C": Rating.TRUE}
    assert read_scale(" ") == {}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Half true", "'Half true' is no part of a scale: write a word and its rating, such as Half true=MISLEADING"),
        ("A=TRUE,", "'' is no part of a scale"),
        ("=TRUE", "'=TRUE' is no part of a scale"),
        (f"{'x' * 101}=TRUE", "is no part of a scale"),
        ("A=", "'' is no rating: write one of TRUE, MOSTLY_TRUE, MISLEADING, FALSE, UNVERIFIABLE, such as A=FALSE"),
        ("A=true", "'true' is no rating"),
        ("A=TRUE, A=FALSE", "'A' is there twice: give each word of the scale one rating"),
    ],
)
def test_a_malformed_scale_is_refused(written: str, message: str) -> None:
    with pytest.raises(BadScale) as caught:
        read_scale(written)
    assert message in str(caught.value)
