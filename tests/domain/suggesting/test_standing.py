"""By which id a suggestion is known, which quotes and refusals are about it, and in which paragraph it stands."""

import pytest

from claimkb.domain.suggesting import Passage
from claimkb.domain.suggesting.standing import id_of, is_about, is_within, paragraph_at

STATEMENT = Passage("the ferry will sail", 10, 29)


def test_an_id_follows_from_the_text_and_from_the_place_alone() -> None:
    one = id_of("a" * 64, STATEMENT)
    assert one == id_of("a" * 64, Passage("other words", 10, 29))
    assert len({one, id_of("b" * 64, STATEMENT), id_of("a" * 64, Passage("", 10, 30)), id_of("a" * 64, Passage("", 11, 29))}) == 4


@pytest.mark.parametrize(
    ("span", "within", "about"),
    [
        ((10, 29), True, True),
        ((14, 19), True, True),
        ((10, 30), False, True),
        ((20, 60), False, False),  # nine characters of the shorter, which has nineteen
        ((19, 60), False, True),
        ((29, 40), False, False),
        ((0, 10), False, False),
        ((0, 100), False, True),
    ],
)
def test_a_quote_stands_in_a_statement_and_a_refusal_covers_half_of_the_shorter(
    span: tuple[int, int], within: bool, about: bool
) -> None:
    assert is_within(span, STATEMENT) is within
    assert is_about(span, STATEMENT) is about


TEXT = "Title\n\nOne.\nStill one.\n\nTwo. And more.\n\n\nThree."


@pytest.mark.parametrize(
    ("text", "words", "title", "paragraph"),
    [
        (TEXT, "Title", "Title", 1),
        (TEXT, "One", "Title", 1),
        (TEXT, "Still", "Title", 1),
        (TEXT, "more", "Title", 2),
        (TEXT, "Three", "Title", 3),
        (TEXT, "Three", "Another", 4),
        (TEXT, "Three", None, 4),
        ("Title\nOne.\nTwo.", "Two", "Title", 2),
        ("One.", "One", None, 1),
        ("\n\nOne.\n\nTwo.", "Two", None, 2),
    ],
)
def test_paragraphs_are_counted_from_the_first_under_the_title(text: str, words: str, title: str | None, paragraph: int) -> None:
    assert paragraph_at(text, text.index(words), title) == paragraph
