"""A field is described once: column, limits and description follow from its value type."""

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import SQLModel

from claimkb.actions.claimants import RecordClaimant
from claimkb.domain import Claim, Source
from claimkb.domain.record import Command, Record


def every_command(of: type[Command] = Command) -> list[type[Command]]:
    return [deeper for each in of.__subclasses__() for deeper in (each, *every_command(each))]


def test_a_value_type_gives_its_column_a_size_also_where_it_may_be_null() -> None:
    assert isinstance(Source.__table__.c.title.type, sa.String)  # type: ignore[attr-defined]
    assert Source.__table__.c.title.type.length == 500  # type: ignore[attr-defined]
    assert Source.__table__.c.byline.type.length == 300  # type: ignore[attr-defined]


def test_a_vocabulary_becomes_a_short_text_under_a_check() -> None:
    checks = {str(check.name) for check in Claim.__table__.constraints if isinstance(check, sa.CheckConstraint)}  # type: ignore[attr-defined]
    assert {"ck_claim_kind", "ck_claim_voice", "ck_claim_check_worthiness", "ck_claim_said_on_precision"} <= checks


@pytest.mark.parametrize("model", [*Record.__subclasses__(), *every_command()], ids=lambda model: model.__name__)
def test_every_field_has_a_description(model: type[SQLModel]) -> None:
    assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(("text", "said"), [("a\x00b", "take it out"), ("a\ud800b", "valid string")])
def test_what_no_database_can_hold_is_refused_at_the_door(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        RecordClaimant.model_validate({"name": text, "kind": "PERSON"})


def test_white_space_around_a_text_is_not_kept() -> None:
    assert RecordClaimant.model_validate({"name": "  Ann  ", "kind": "PERSON"}).name == "Ann"
    with pytest.raises(ValidationError, match="at least 1 character"):
        RecordClaimant.model_validate({"name": "   ", "kind": "PERSON"})
