"""Ids, in and out."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from claimkb.domain.reference import ClaimId, global_id, parse_global_id

CLAIM = TypeAdapter(ClaimId)


@given(st.sampled_from(["Claim", "Prediction", "ClaimRelation"]), st.uuids())
def test_a_global_id_is_read_back(kind: str, id_: UUID) -> None:
    assert parse_global_id(global_id(kind, id_)) == (kind, id_)


@given(st.text(max_size=80))
def test_any_other_text_is_none_and_never_an_error(text: str) -> None:
    found = parse_global_id(text)
    assert found is None or global_id(*found).rstrip("=")


def test_a_reference_takes_a_global_id_and_a_uuid() -> None:
    id_ = UUID(int=5)
    assert CLAIM.validate_python(global_id("Claim", id_)) == CLAIM.validate_python(str(id_)) == CLAIM.validate_python(id_) == id_


def test_a_reference_to_another_kind_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match=r"This is the id of a Source; the id of a Claim is wanted"):
        CLAIM.validate_python(global_id("Source", UUID(int=5)))


@pytest.mark.parametrize("wrong", ["", "xyz", "🦆", 5, None])
def test_what_is_not_an_id_is_refused_with_advice(wrong: object) -> None:
    with pytest.raises(ValidationError, match="This is not the id of a Claim"):
        CLAIM.validate_python(wrong)
