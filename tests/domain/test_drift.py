"""A quote is found again in a newer text where nothing else can be meant; else a person decides."""

from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

import pytest

from claimkb.domain import Appearance
from claimkb.domain.anchoring import Anchor, Anchors, AnchorStatus
from claimkb.domain.drift import find_again
from claimkb.domain.normal_forms import quote_form
from tests.domain.edits import EDITS, a_quote, a_text, typesetting, written
from tests.domain.test_anchoring import a_snapshot

EXACT, FUZZY, ORPHAN = AnchorStatus.EXACT, AnchorStatus.FUZZY, AnchorStatus.ORPHAN
OLD = "The minister said the bridge will open in spring. Critics doubt it. The bridge is long."


def found(old: str, quote: str, new: str, start: int | None = None, **given: Any) -> tuple[AnchorStatus, str | None]:
    begin = old.index(quote) if start is None else start
    words = {f"quote_{name}": value for name, value in given.items() if name != "kept"}
    appearance = Appearance(claim_id=UUID(int=1), source_id=UUID(int=1), quote_exact=quote, quote_start=begin, **words)
    anchor = find_again(Anchors(), appearance, a_snapshot(old, kept=given.get("kept", True)), a_snapshot(new))
    return anchor.status, None if anchor.start is None else new[anchor.start : anchor.end]


@pytest.mark.parametrize(
    ("quote", "new", "status", "words"),
    [
        ("Critics doubt it.", "NEW: " + OLD, EXACT, "Critics doubt it."),
        ("Critics doubt it", OLD.replace("Critics doubt it", "Critics\n doubt\u00a0it"), EXACT, "Critics\n doubt\u00a0it"),
        ("Critics doubt it", OLD.replace("Critics doubt", "Critics now doubt"), FUZZY, "Critics now doubt it"),
        ("the bridge will open in spring", OLD.replace("in spring", "in early spring"), FUZZY, "the bridge will open in early spring"),
        ("the bridge will open in spring", OLD.replace("will", "will not"), FUZZY, "the bridge will not open in spring"),
        ("the bridge will open in spring", "Nothing of it is left here at all.", ORPHAN, None),
        ("The bridge is long.", OLD[:-20], ORPHAN, None),
    ],
)  # fmt: skip
def test_a_quote_is_there_or_something_like_it_or_it_is_gone(quote: str, new: str, status: AnchorStatus, words: str | None) -> None:
    assert found(OLD, quote, new) == (status, words)


@pytest.mark.parametrize(
    ("before", "after"),
    [("600 homes", "700 homes"), ("600 homes", "6,000 homes"), ("will be", "will not be"), ("all 600", "almost all 600")],
)
def test_a_number_or_a_negation_that_changed_waits_for_a_person(before: str, after: str) -> None:
    old = "The council met on Monday. It said that all 600 homes will be built by 2028. Then it went home."
    quote = "It said that all 600 homes will be built by 2028."
    assert found(old, quote, old.replace(before, after)) == (FUZZY, quote.replace(before, after))


@pytest.mark.parametrize(
    ("quote", "new"),
    [
        ("they will build 600", "As they said on Monday, they will build 600,000 homes, which is a great number."),
        ("they will build 600", "As they said on Monday, they will build 600 000 homes, which is a great number."),
        ("they will build 600", "As they said on Monday, they will build 600.5 homes, which is a great number."),
        (
            "on Monday, they will build 600 homes",
            "As they said on Monday, they will build 600 homesteads, which is a great number.",
        ),
    ],
)
def test_a_word_or_a_number_that_goes_on_is_another_one(quote: str, new: str) -> None:
    old = "As they said on Monday, they will build 600 homes, which is a great number."
    status, words = found(old, quote, new)
    assert (status, words == quote) == (FUZZY, False)


def test_of_two_places_the_words_around_tell_which_is_meant() -> None:
    old = "In Bonn the mayor said: it will open. Then he went away. In Kiel the mayor said: it will open. Then she slept."
    kiel = old.rindex("it will open")
    new = "In Rome nobody spoke. " + old
    quote = Appearance(claim_id=UUID(int=1), source_id=UUID(int=1), quote_exact="it will open", quote_start=kiel)
    anchor = find_again(Anchors(), quote, a_snapshot(old), a_snapshot(new))
    assert anchor == Anchor(kiel + 22, kiel + 34, EXACT)


def test_where_one_of_two_places_was_edited_the_other_is_not_taken_for_it() -> None:
    old = "First: the plan is dead. Second: the plan is dead."
    assert found(old, "the plan is dead", "First: the plan is alive. Second: the plan is dead.")[0] is FUZZY


def test_a_sentence_that_was_doubled_waits_for_a_person() -> None:
    assert found(OLD, "Critics doubt it.", OLD.replace("Critics doubt it.", "Critics doubt it. Critics doubt it."))[0] is FUZZY


def test_a_long_sentence_that_was_moved_is_found_and_a_short_one_waits() -> None:
    long = "The minister said the bridge will open in spring."
    assert found(OLD, long, f"{OLD[50:]} {long}") == (EXACT, long)
    assert found(OLD, "Critics doubt it.", "Critics doubt it. The minister said the bridge will open in spring.")[0] is FUZZY


def test_words_that_are_the_same_are_not_taken_for_a_quote_of_another_place() -> None:
    assert found("He is ill. The art is lost.", "The art", "The article says that he is ill. So is she.")[0] is not EXACT


def test_where_the_older_text_is_not_kept_the_words_that_were_given_around_it_count() -> None:
    given: dict[str, Any] = {"kept": False, "prefix": "open in spring. ", "suffix": ". The bridge"}
    assert found(OLD, "Critics doubt it", "NEW: " + OLD, **given) == (EXACT, "Critics doubt it")
    assert found(OLD, "Critics doubt it", "NEW: " + OLD, kept=False)[0] is FUZZY
    assert found(OLD, "Critics doubt it", OLD.replace("in spring", "in autumn"), **given)[0] is FUZZY


def test_in_a_text_without_spaces_a_quote_that_changed_is_found() -> None:
    old = "部长说，大桥将于春天通车。批评者表示怀疑。"
    assert found(old, "大桥将于春天通车", old.replace("春天", "秋天")) == (FUZZY, "大桥将于秋天通车")


def test_of_a_thousand_edits_no_quote_is_anchored_in_a_wrong_place() -> None:
    random, outcomes, wrong = Random(21), Counter[tuple[bool, AnchorStatus]](), []
    for number in range(1_000):
        text = a_text(random)
        quote = a_quote(random, text)
        before = written(text)
        begin, end = before.place(quote) or (0, 0)
        here = next(place for place, sentence in enumerate(text) if (quote[0]) in dict(sentence))
        edited = text
        while written(edited).text == before.text:  # as where a sentence is moved past one that is the same
            edited = [list(sentence) for sentence in text]
            EDITS[number % len(EDITS)](random, edited, here)
        after = written(edited, typesetting(random) if number % 2 else str)
        appearance = Appearance(claim_id=UUID(int=1), source_id=UUID(int=1), quote_exact=before.text[begin:end], quote_start=begin)
        anchor = find_again(Anchors(), appearance, a_snapshot(before.text), a_snapshot(after.text))
        place = after.place(quote)
        is_whole = place is not None and quote_form(after.text[slice(*place)]) == quote_form(before.text[begin:end])
        outcomes[is_whole, anchor.status] += 1
        if anchor.status is EXACT and not (is_whole and (anchor.start, anchor.end) == place):
            wrong.append((number, before.text, before.text[begin:end], after.text, anchor, place))
    assert wrong == []
    assert outcomes == {(True, EXACT): 510, (True, FUZZY): 234, (False, FUZZY): 175, (False, ORPHAN): 81}
