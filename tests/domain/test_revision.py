"""Revisions are chained."""

import hashlib
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from claimkb.domain import Revision
from claimkb.domain.revision import canonical, chain, changes, hashed
from tests.builders import NOON


def a_revision(after: str = '{"status":"RESOLVED"}') -> Revision:
    return Revision(
        recorded_at=NOON,
        recorded_by="Edith",
        record_type="Prediction",
        record_id=UUID(int=1),
        version=2,
        action="resolvePrediction",
        before='{"status":"OPEN"}',
        after=after,
        previous_hash="0" * 64,
    )


def test_a_value_is_written_in_one_way_only() -> None:
    assert canonical({"b": NOON, "a": "é"}) == '{"a":"é","b":"2026-11-23 12:00:00+00:00"}'


def test_the_hash_changes_with_anything_that_the_revision_says() -> None:
    hashes = {chain(dict(each)) for each in (a_revision(), a_revision('{"status":"WITHDRAWN"}'))}
    for name, value in {
        "recorded_by": "Eve",
        "version": 3,
        "reason": "why",
        "previous_hash": "1" * 64,
        "action": "x",
        "token_prefix": "aaaaaaaa",
        "token_issued_by": "Ed",
    }.items():
        changed = a_revision()
        setattr(changed, name, value)
        hashes.add(chain(dict(changed)))
    assert len(hashes) == 9


def test_a_revision_that_says_nothing_of_a_token_has_the_hash_that_it_had_before_there_was_something_to_say() -> None:
    assert chain(dict(a_revision())) == "5675635b1f6dadbe570af38975742cabaa447136f2dd4bbd1930f00438bcd8ae"
    row = dict(a_revision())
    assert chain({name: value for name, value in row.items() if not name.startswith("token_")}) == chain(row)


def test_the_second_rule_is_over_the_id_and_the_correction_too_and_says_its_number() -> None:
    revision = Revision(**{**dict(a_revision()), "id": UUID(int=3), "hash_rule": 2})
    assert chain(dict(revision)) == "7412f4ff9a488c7fa3525ce510fcaf77d181e26909843105233c78535a447987"
    others: list[dict[str, object]] = [{"id": UUID(int=4)}, {"corrects_id": UUID(int=5)}, {"hash_rule": 3}, {"hash_rule": None}]
    assert len({chain({**dict(revision), **other}) for other in [{}, *others]}) == 5


@given(st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.integers(-(2**40), 2**40), st.uuids())
def test_a_hash_is_over_canonical_json_whatever_the_revision_says(text: str, number: int | None, id_: UUID) -> None:
    row = dict(a_revision()) | {"reason": text, "version": number, "corrects_id": id_, "id": id_, "hash_rule": 2}
    assert chain(row) == hashlib.sha256(canonical(hashed(row)).encode()).hexdigest()


def test_the_changes_are_listed_field_by_field() -> None:
    assert changes(a_revision('{"is_hedged":true,"status":"RESOLVED"}')) == [
        ("is_hedged", None, "true"),
        ("status", "OPEN", "RESOLVED"),
    ]
