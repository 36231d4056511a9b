"""A quote has one place in its snapshot, or none."""

import time
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from claimkb.domain import Snapshot
from claimkb.domain.anchoring import Anchor, Anchors, AnchorStatus, Searched
from claimkb.domain.refusals import NothingToAnchor, QuoteAmbiguous, QuoteNotFound, QuoteOutside
from claimkb.domain.source import fingerprint
from tests.builders import NOON, TEXT


def a_snapshot(text: str = TEXT, *, kept: bool = True) -> Snapshot:
    return Snapshot(
        source_id=UUID(int=1), captured_at=NOON, sha256=fingerprint(text), length=len(text), text=text if kept else None
    )


def anchor(snapshot: Snapshot | None, exact: str, prefix: str | None, suffix: str | None, start: int | None) -> Anchor:
    return Anchors().place(snapshot, exact, prefix, suffix, start)[0]


def test_a_quote_is_found_by_its_words() -> None:
    assert anchor(a_snapshot(), "Critics doubt it", None, None, None) == Anchor(50, 66, AnchorStatus.EXACT)


def test_typographic_quotes_and_spaces_do_not_matter() -> None:
    text = "He said: “the state’s\n aim – peace”."
    found = anchor(a_snapshot(text), "the state's aim - peace", None, None, None)
    assert text[found.start : found.end] == "the state’s\n aim – peace"


def test_a_quote_that_occurs_twice_needs_what_stands_around_it() -> None:
    with pytest.raises(QuoteAmbiguous, match="occurs 2 times"):
        anchor(a_snapshot(), "bridge", None, None, None)
    assert anchor(a_snapshot(), "bridge", None, "is long", None).start == 72
    assert anchor(a_snapshot(), "bridge", "said the", None, None).start == 22
    assert anchor(a_snapshot(), "bridge", None, None, 72) == Anchor(72, 78, AnchorStatus.EXACT)


def test_a_quote_that_is_not_there_is_refused_and_never_guessed() -> None:
    with pytest.raises(QuoteNotFound, match="does not occur"):
        anchor(a_snapshot(), "Critics doubted it", None, None, None)
    with pytest.raises(QuoteNotFound):
        anchor(a_snapshot(), "Critics", "because", None, None)


def test_a_wrong_position_is_mended_from_the_words() -> None:
    assert anchor(a_snapshot(), "Critics", None, None, 3) == Anchor(50, 57, AnchorStatus.EXACT)


def test_where_only_the_fingerprint_is_kept_a_position_is_taken_and_words_are_not_placed() -> None:
    bare = a_snapshot(kept=False)
    assert anchor(bare, "Critics", None, None, 50) == Anchor(50, 57, AnchorStatus.EXACT)
    assert anchor(bare, "Critics", None, None, None) == Anchor(None, None, AnchorStatus.NONE)
    with pytest.raises(QuoteOutside):
        anchor(bare, "Critics", None, None, len(TEXT) - 3)


def test_without_a_snapshot_a_quote_is_kept_and_a_position_refused() -> None:
    assert anchor(None, "Critics", None, None, None).status is AnchorStatus.NONE
    with pytest.raises(NothingToAnchor):
        anchor(None, "Critics", None, None, 3)


@given(st.text(max_size=60), st.text(min_size=1, max_size=20), st.text(max_size=60))
def test_any_passage_is_found_where_it_stands(before: str, exact: str, after: str) -> None:
    assume(exact == exact.strip() and exact)
    text = f"{before}{exact}{after}"
    assert anchor(a_snapshot(text), exact, None, None, len(before)) == Anchor(
        len(before), len(before) + len(exact), AnchorStatus.EXACT
    )
    try:
        found = anchor(a_snapshot(text), exact, None, None, None)
    except QuoteAmbiguous:
        return
    assert found.start is not None
    assert text[found.start : found.end].split() == exact.split() or found.start == len(before)


def test_a_quote_of_a_thousand_words_is_looked_for_in_a_long_text_without_delay() -> None:
    began = time.perf_counter()
    with pytest.raises(QuoteNotFound):
        Searched("a " * 440_000).find("a " * 990 + "b", None, None)
    assert time.perf_counter() - began < 5  # a pattern took far longer: text times quote
