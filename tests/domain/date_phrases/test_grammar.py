"""The tables fit the code: a rule names a meaning that exists, with the slots that it takes."""

import inspect
from collections.abc import Iterator

import pytest

from claimkb.domain import languages
from claimkb.domain.date_phrases.binding import BINDINGS, NO_DAY
from claimkb.domain.date_phrases.finding import NOTHING
from claimkb.domain.date_phrases.frame import WORDS, YEAR_END, YEAR_TO
from claimkb.domain.date_phrases.grammar import ANY, NUMERIC, PASSED_ON, Node, grammar
from claimkb.domain.date_phrases.meanings.context import MEANINGS
from claimkb.domain.dates import SEASONS

FRAME = {YEAR_END, YEAR_TO, WORDS}
READ_OTHERWISE = {
    "plus",
    "times",
    "length",
    "and_a_half",
    "half_unit",
    "next_length",
    "of_a_year",
    "hour",
    NOTHING,
    *NO_DAY,
    *FRAME,
}
"""Numbers, lengths and hours name no days by themselves, and the frame of a text none at all."""

Slots = tuple[tuple[str, str], ...]


def rules(node: Node, slots: Slots = ()) -> Iterator[tuple[str, Slots]]:
    """List the meanings below a place in the templates, each with the slots that lead to it."""
    if node.meaning:
        yield node.meaning, slots
    for words in (node.words, node.glued_words):
        for child in words.values():
            yield from rules(child, slots)
    for kinds in (node.slots, node.glued_slots):
        for (name, kind), child in kinds.items():
            yield from rules(child, slots if name.startswith("_") else (*slots, (name, kind)))


@pytest.mark.parametrize("code", languages.known())
def test_every_rule_of_a_table_has_a_meaning_and_its_slots(code: str) -> None:
    tables = grammar(code)
    for kind, root in tables.kinds.items():
        for meaning, slots in rules(root):
            names = [name for name, _ in slots]
            assert {slot for _, slot in slots} <= {*tables.kinds, *NUMERIC, ANY}, (kind, meaning)
            if meaning == PASSED_ON:
                assert len(slots) == 1, (kind, slots)
            elif meaning in BINDINGS:
                assert names == ["p"], (kind, meaning)
            elif meaning not in READ_OTHERWISE:
                inspect.signature(MEANINGS[meaning]).bind(None, **dict.fromkeys(names))


def test_every_country_has_an_order_of_day_and_month_and_a_fiscal_year() -> None:
    for code, country in languages.countries().items():
        assert len(code) == 2
        assert country["order"] in ("dmy", "mdy", "ymd")
        month, day = country["fiscal"].split("-")
        assert 1 <= int(month) <= 12
        assert 1 <= int(day) <= 31
        assert country.get("named", "end") in ("start", "end")


def test_the_seasons_of_the_tables_begin_with_those_of_the_calendar() -> None:
    assert {3, 6, 9, 12} == set(SEASONS.values())
