"""What is common to everything that claimkb keeps?

A field is described once: the value types (`Annotated[str, Rule(...)]`) that records and commands share carry the size of
the column, the limits that input is held to and the description that the API shows. `Record` turns them into columns.
"""

import re
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self, TypeVar, Union, get_args, get_origin
from uuid import UUID

import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, ConfigDict, field_validator
from pydantic import Field as Rule
from pydantic.fields import FieldInfo
from sqlmodel import Field, SQLModel
from sqlmodel.main import FieldInfoMetadata

from claimkb.domain.normal_forms import check_can_be_seen

T = TypeVar("T")

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING_CONVENTION

LONGEST_TERM = 20


class Term(StrEnum):
    """A word from a fixed vocabulary; each member carries its meaning, which the API shows."""

    description: str

    def __new__(cls, value: str, description: str) -> Self:
        """Make a member that is its own name and knows what it means."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


_WHOLE, _DAY = "This must be a whole number.", "This must be a day, such as 2026-11-29."
_PLAIN = {
    "string_pattern_mismatch": "This does not have the form that its description gives.",
    "string_too_short": "This must not be empty.",
    "string_type": "This must be a text.",
    "bool_parsing": "This must be true or false.",
    "bool_type": "This must be true or false.",
    "float_parsing": "This must be a number.",
    "float_type": "This must be a number.",
    "list_type": "This must be a list.",
    "missing": "This is missing, and has to be given.",
    "extra_forbidden": "There is no field of this name here.",
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("date_from_datetime_parsing", "date_from_datetime_inexact", "date_parsing", "date_type"), _DAY),
}
"""What is said of an error of pydantic, by its type."""

_OF_DAYS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def plain(kind: str, message: str) -> str:
    """Write an error of pydantic for people, given its type and its message."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    told = message.rpartition(" ")[2]  # of a limit, its value
    if kind == "greater_than_equal":
        return f"This must be {told} or {'later' if _OF_DAYS.match(told) else 'more'}."
    if kind == "less_than_equal":
        return f"This must be {told} or {'earlier' if _OF_DAYS.match(told) else 'less'}."
    if kind in ("enum", "literal_error"):
        return f"This must be {message.removeprefix('Input should be ').replace(chr(39), '')}."
    if kind == "string_too_long":
        return f"This may have {message.removeprefix('String should have at most ')} at most."
    return message.removeprefix("Value error, ")


def storable(text: T) -> T:
    """Refuse what PostgreSQL cannot hold: NUL in a text, and half of a surrogate pair."""
    if isinstance(text, str) and "\x00" in text:
        raise ValueError("The text holds a NUL character (U+0000): take it out.")
    if isinstance(text, str) and not text.isascii():
        text.encode()
    return text


CanBeSeen = AfterValidator(check_can_be_seen)
"""Refuses a name of which nothing can be seen, or that turns the direction of what follows."""

Name = Annotated[str, Rule(min_length=1, max_length=300, description="A name, as it is printed."), CanBeSeen]
Note = Annotated[str, Rule(max_length=4000, description="What a colleague should know about it.")]
Reason = Annotated[str, Rule(min_length=1, max_length=4000, description="Why, for those who read the history.")]
Person = Annotated[str, Rule(min_length=1, max_length=300, description="Who did it.")]
ExpectedVersion = Annotated[
    int, Rule(ge=1, description="The version that you read; refused with CONFLICT if there is a newer one.")
]
Instant = Annotated[datetime, Rule(description="An instant, in UTC.")]


def parts(annotation: Any) -> tuple[Any, list[object]]:
    """Take an annotation apart: the bare type, and what `Annotated` says of it, also inside an optional."""
    said: list[object] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            said += more
        elif get_origin(annotation) in (Union, types.UnionType):
            (annotation,) = (part for part in get_args(annotation) if part is not type(None))
        else:
            return annotation, said


def is_optional(field: FieldInfo) -> bool:
    """Tell whether a field may be null."""
    return type(None) in get_args(field.annotation)


def describe(model: type[BaseModel]) -> None:
    """Give each field of a model the description that its value type carries, unless it has its own."""
    for field in model.model_fields.values():
        if field.description is None:
            for part in parts(field.annotation)[1]:
                if isinstance(part, FieldInfo) and part.description:
                    field.description = part.description


def longest(field: FieldInfo) -> int | None:
    """Tell how many characters a text may have, by the rules of its field; None where they do not say."""
    said = parts(field.annotation)[1]
    rules = [*field.metadata, *(rule for part in said if isinstance(part, FieldInfo) for rule in part.metadata)]
    return min((rule.max_length for rule in rules if getattr(rule, "max_length", None)), default=None)


def _column_type(name: str, field: FieldInfo) -> Any:
    """Choose the column's type: terms are short strings under a CHECK, texts have the size that their rule gives."""
    bare, _ = parts(field.annotation)
    if isinstance(bare, type) and issubclass(bare, Term):
        return sa.Enum(bare, native_enum=False, create_constraint=True, length=LONGEST_TERM, name=name)
    if bare is str:
        size = longest(field)
        return sa.String(size) if size else sa.Text()
    return None


@dataclass(frozen=True)
class Form:
    """Marks a column as the normal form of other fields: it is written with them, and compared in their place."""

    write: Callable[[str], str]
    of: tuple[str, ...]

    def read(self, record: object) -> str | None:
        """Write the form of what a record says; None where it says nothing."""
        said = [text for name in self.of if (text := getattr(record, name))]
        return self.write(" · ".join(said)) if said else None


class Record(SQLModel):
    """Something that claimkb keeps, under an id that never changes."""

    id: UUID = Field(default=None, primary_key=True, description="Given by the unit of work that adds it.")

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Let the value types of the fields decide descriptions and columns."""
        super().__pydantic_init_subclass__(**kwargs)
        describe(cls)
        for name, field in cls.model_fields.items():
            column_type = _column_type(name, field)
            if column_type is None:
                continue
            for said in field.metadata:
                if isinstance(said, FieldInfoMetadata):
                    said.sa_type = column_type
                    break
            else:
                field.metadata.append(FieldInfoMetadata(sa_type=column_type))


def forms_of(record: type[Record]) -> dict[str, Form]:
    """List the columns of a record that hold normal forms of its fields."""
    return {name: mark for name, field in record.model_fields.items() for mark in field.metadata if isinstance(mark, Form)}


class Versioned(Record):
    """A record that may change: each change raises its version and is kept as a Revision."""

    version: int = Field(default=1, description="Counts the changes: 1 when it was recorded, one more with each change.")
    created_at: Instant = Field(default=None, description="When it was recorded, in UTC.")
    updated_at: Instant = Field(default=None, description="When it last changed, in UTC.")


class Appended(Record):
    """A record that is written once and never changed; a trigger in the database sees to it."""

    recorded_at: Instant = Field(default=None, description="When it was recorded, in UTC.")
    recorded_by: Person = Field(default=None, description="Who recorded it.")


class Retractable(Record):
    """A record that can be retracted as recorded in error: then it is out of lists and counts, and stays readable by its id."""

    retracted_at: Instant | None = Field(default=None, description="Since when we no longer stand by this record.")
    retracted_reason: Reason | None = Field(default=None, description="Why it was retracted.")


VERBATIM = ConfigDict(str_strip_whitespace=False)
"""For commands that hold words of a source: their white space counts, because positions do."""


class Input(BaseModel):
    """A value that somebody sends, checked as a whole: a command, a part of one, a filter, or a sort order."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)
    _storable = field_validator("*")(storable)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Let the value types of the fields give their descriptions."""
        super().__pydantic_init_subclass__(**kwargs)
        describe(cls)


class Command(Input):
    """What somebody asks an action to do: the action of the same name carries it out."""


class Update(Command):
    """What to change of a record: a field that is left out is kept, null clears it."""

    reason: Reason | None = None
    expected_version: ExpectedVersion | None = None

    def changes(self, *about: str) -> dict[str, Any]:
        """Return the fields that were sent, but for those that say which record, and why."""
        beside = {*about, *Update.model_fields}
        return {name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set - beside}
