"""A field is described once: column, limits and description follow from its value type."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import Field, ValidationError
from sqlmodel import SQLModel

from claimkb.actions.claimants import RecordClaimant
from claimkb.domain import Claim, Source
from claimkb.domain.claimant import ClaimantKind
from claimkb.domain.record import Command, Input, Record, plain


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


class Given(Input):
    """Values of each sort, with limits."""

    number: int = Field(default=1, ge=1, le=3)
    day: date = Field(default=date(2026, 1, 1), ge=date(1000, 1, 1), le=date(2999, 12, 31))
    kind: ClaimantKind = ClaimantKind.PERSON
    word: str = Field(default="", max_length=3)
    yes: bool = False
    several: list[int] | None = None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"number": 0}, "This must be 1 or more."),
        ({"number": 4}, "This must be 3 or less."),
        ({"number": "many"}, "This must be a whole number."),
        ({"number": 1.5}, "This must be a whole number."),
        ({"day": "0999-12-31"}, "This must be 1000-01-01 or later."),
        ({"day": "3000-01-01"}, "This must be 2999-12-31 or earlier."),
        ({"day": "31 November"}, "This must be a day, such as 2026-11-29."),
        ({"kind": "ROBOT"}, "This must be PERSON, ORGANIZATION, GOVERNMENT or UNNAMED_GROUP."),
        ({"word": "four"}, "This may have 3 characters at most."),
        ({"word": 4}, "This must be a text."),
        ({"yes": "perhaps"}, "This must be true or false."),
        ({"several": 1}, "This must be a list."),
        ({"colour": "red"}, "There is no field of this name here."),
    ],
)
def test_what_is_wrong_with_a_value_is_said_in_plain_words(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Given.model_validate(given)
    assert [plain(each["type"], each["msg"]) for each in refused.value.errors()] == [said]
