"""The names of a claimant."""

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain import Claimant
from claimkb.domain.claimant import ClaimantKind, KeySort, aliases_of, keys_of, names_of, written
from claimkb.domain.normal_forms import name_form

NAMES = st.lists(st.text(min_size=1, max_size=20).filter(str.strip), max_size=5)


def named(name: str, aliases: str | None, **more: Any) -> Claimant:
    return Claimant(name=name, kind=ClaimantKind.PERSON, aliases=aliases, **more)


def test_aliases_are_kept_in_their_order_each_once_and_on_one_line() -> None:
    assert written(["B  B", "A", "b b", "C\nC"]) == "B B\nA\nC C"
    assert written([]) is written(None) is None


@given(NAMES)
def test_aliases_that_were_written_are_read_and_written_the_same(aliases: list[str]) -> None:
    lines = aliases_of(named("N", written(aliases)))
    assert written(lines) == written(aliases)
    assert {name_form(each) for each in lines} == {name_form(" ".join(each.split())) for each in aliases}


def test_a_claimant_is_found_by_all_its_names_and_by_its_own_alone_once_it_is_merged() -> None:
    claimant = named("The Minister", "A. B.")
    assert {key for sort, key in keys_of(claimant) if sort is KeySort.NAME} == {"the minister", "a. b."}
    assert (KeySort.SOUND, "mnstr") in keys_of(claimant)
    assert names_of(claimant) == ["The Minister", "A. B."]
    assert keys_of(named("The Minister", "A. B.", merged_into_id=UUID(int=1))) == {(KeySort.NAME, "the minister")}
