"""How are dates, instants, ids and addresses written as text? As their standards define it; other text is refused."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import NewType, TypeVar
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from claimkb.domain.target import MOST_DIGITS, canonical_decimal
from claimkb.store.engine.values import write_instant

T = TypeVar("T")
URL = NewType("URL", str)
DECIMAL = NewType("DECIMAL", str)

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SHOWN = 40


def _parser(pattern: re.Pattern[str], read: Callable[[str], T], what: str) -> Callable[[object], T]:
    """Make a function that reads texts of one form and says what is wrong with others."""

    def parse(value: object) -> T:
        if isinstance(value, str) and pattern.fullmatch(value):
            try:
                return read(value)
            except ValueError:
                pass
        text = repr(value if len(str(value)) <= _SHOWN else f"{str(value)[:_SHOWN]}…")
        raise GraphQLError(f"{text} is not {what}.")

    return parse


def _scalar(
    name: str, description: str, specified_by: str, write: Callable[[T], str], read: Callable[[object], T]
) -> ScalarDefinition:
    """Define a scalar whose values are text in JSON."""
    return strawberry.scalar(name=name, description=description, specified_by_url=specified_by, serialize=write, parse_value=read)


def _decimal(value: object) -> str:
    """Read a decimal number; say what is wrong with other text, and with a float."""
    try:
        return canonical_decimal(value)
    except ValueError as error:
        raise GraphQLError(str(error)) from None


SCALARS: dict[object, ScalarDefinition] = {
    date: _scalar(
        "Date",
        "A day of the calendar, as RFC 3339 writes it: 2025-11-19.",
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        date.isoformat,
        _parser(_DATE, date.fromisoformat, "a day of the calendar: write it as 2025-11-19"),
    ),
    datetime: _scalar(
        "DateTime",
        "An instant, as RFC 3339 writes it, given in UTC: 2025-11-19T08:30:00Z.",
        "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        write_instant,
        _parser(_DATETIME, lambda text: datetime.fromisoformat(text.upper()), "an instant: write it as 2025-11-19T08:30:00Z"),
    ),
    UUID: _scalar(
        "UUID",
        "An id as RFC 9562 writes it, for spreadsheets and other databases. The API itself takes the `id` beside it.",
        "https://www.rfc-editor.org/rfc/rfc9562",
        str,
        _parser(_UUID, UUID, "a UUID: write it with four hyphens"),
    ),
    DECIMAL: strawberry.scalar(
        name="Decimal",
        description=f'A decimal number of up to {MOST_DIGITS} digits, as text: "2.5". A whole number may be sent as an Int; '
        "a Float is refused, as it may not be the number that was meant.",
        specified_by_url="https://www.w3.org/TR/xmlschema11-2/#decimal",
        serialize=str,
        parse_value=_decimal,
    ),
    URL: _scalar(
        "URL",
        "An address of the web, with https:// or http://.",
        "https://url.spec.whatwg.org/",
        str,
        _parser(re.compile(r"[^\x00-\x20\ud800-\udfff]+"), str, "an address of the web"),
    ),
}
