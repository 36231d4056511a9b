"""Do the quotes of suggestions stand in the text, once?"""

from hypothesis import given, settings
from hypothesis import strategies as st

from claimkb.domain.anchoring import Searched
from claimkb.domain.suggesting import Suggested, check_worthy, suggestions
from tests.domain.suggesting.reading import SAID, read, the_one

PIECES = [
    "The plant will close", "by 2030", "in May", ", and", ". ", "\n", "\n\n", '"', "“", "”", "’", " said Anna Roe", "She", "promised to", "may soon rise", "5%", "$3bn", ";", ":", "?",
    "If", "would", "e\u0301", "\u200f", "😀", "يكون", "将来会。", "\u00a0", "is expected to", "according to", "The mayor, Al Poe, said", "plans to", "ten days before", "-", "«", "»", "\t",
]  # fmt: skip


def check(text: str, found: list[Suggested]) -> None:
    searched = Searched(text)
    for each in found:
        for passage in (each.sentence, each.statement, each.quote):
            assert text[passage.start : passage.end] == passage.exact
        assert each.sentence.start <= each.statement.start <= each.quote.start < each.quote.end
        assert each.quote.end <= each.statement.end <= each.sentence.end
        assert len(each.quote.exact.split()) <= 7
        assert max(len(each.quote.prefix), len(each.quote.suffix)) <= 200
        anchor = searched.find(each.quote.exact, each.quote.prefix, each.quote.suffix)
        assert (anchor.start, anchor.end) == (each.quote.start, each.quote.end)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_every_quote_of_any_text_is_found_again_where_it_stands(pieces: list[str]) -> None:
    text = " ".join(pieces)
    check(text, suggestions(text, SAID, "en"))
    check(text, check_worthy(text, "en"))


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for language in ("en", "fr", "ru"):
        check(text, suggestions(f"{text} will promettra будет {text}", None, language) and [])
        check(text, check_worthy(text, language))


def test_a_quote_holds_the_cue_and_the_day_where_both_stand_among_seven_words() -> None:
    assert the_one("In short, the old bridge over the river will open in May.").quote.exact == "over the river will open in May"


def test_a_quote_begins_at_the_cue_where_the_day_stands_far_off() -> None:
    found = the_one("The firm will build a very large and very costly new bridge by 2030.")
    assert found.quote.exact == "will build a very large and very"


def test_words_that_stand_twice_are_told_apart_by_those_around() -> None:
    text = "It will rain in York. Nobody minds. In Leeds it will rain in York."
    check(text, read(text))
    assert len(read(text)) == 2


def test_words_that_lap_over_themselves_are_not_quoted() -> None:
    text = "The plant will close \n The plant will close The plant will close"
    check(text, read(text))
    assert len(read(text)) == 1


def test_a_text_that_only_repeats_itself_gives_no_quote() -> None:
    assert read("will rise " * 400) == []


def test_no_more_than_five_hundred_statements_are_suggested() -> None:
    text = " ".join(f"House {number} will be sold." for number in range(700))
    found = read(text)
    assert len(found) == 500
    assert found[-1].statement.exact == "House 499 will be sold"
