"""Which conditions do the filters of several lists share? One of some values, days in a range, and instants since one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

import sqlalchemy as sa
from pydantic import AfterValidator
from pydantic import Field as Rule
from sqlmodel import col

from claimkb.domain.record import Input, Retractable, Versioned

MOST_IDS = 100
"""How many ids a filter takes in a list."""


class DateRange(Input):
    """The days from one to another, both included; without one of them, open at that end."""

    from_: date | None = Rule(default=None, description="The first day.")
    to: date | None = Rule(default=None, description="The last day.")


def _in_utc(instant: datetime) -> datetime:
    """Give an instant in UTC; refuse one that has no offset, or that lies before or after all that UTC can write."""
    try:
        if instant.utcoffset() is not None:
            return instant.astimezone(UTC)
    except OverflowError:
        pass
    raise ValueError("This is no instant that UTC can write: write it as 2025-11-19T08:30:00Z.")


AnInstant = Annotated[datetime, AfterValidator(_in_utc)]
CreatedSince = Annotated[AnInstant, Rule(description="Recorded at this instant or later.")]
UpdatedSince = Annotated[AnInstant, Rule(description="Recorded or changed at this instant or later.")]

T = TypeVar("T")
Conditions = list[sa.ColumnElement[bool]]


def stands(record: type[Retractable]) -> sa.ColumnElement[bool]:
    """Hold for records that were not retracted."""
    return col(record.retracted_at).is_(None)


def among(column: T, values: Sequence[T] | None) -> Conditions:
    """Write that a column holds one of some values."""
    return [] if values is None else [col(column).in_(values)]


def during(day: sa.SQLColumnExpression[date | None], range_: DateRange | None) -> Conditions:
    """Write that a day lies in a range."""
    if range_ is None:
        return []
    return [*([day >= range_.from_] if range_.from_ else []), *([day <= range_.to] if range_.to else [])]


def since(record: type[Versioned], created: datetime | None, updated: datetime | None) -> Conditions:
    """Write that a record was created, and changed last, at these instants or later."""
    stamps = ((record.created_at, created), (record.updated_at, updated))
    return [col(stamp) >= instant for stamp, instant in stamps if instant is not None]
