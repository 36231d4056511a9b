"""How do the normal forms of names, addresses and texts come into the database? A hook writes them with each record."""

from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session

from claimkb.domain import Account, Channel, Claim, Claimant, Collection, Prediction, Source
from claimkb.domain.normal_forms import filter_form
from claimkb.domain.record import Form, Record, forms_of

R = TypeVar("R", bound=Record)

FORMS: dict[type[Record], dict[str, Form]] = {
    kind: forms_of(kind) for kind in (Account, Channel, Claim, Claimant, Collection, Prediction, Source)
}
"""The classes of records whose names, addresses or texts are compared, and the columns of their normal forms."""


def forms(record: Record) -> dict[str, str | None]:
    """Compute the normal forms of a record."""
    return {name: form.read(record) for name, form in FORMS.get(type(record), {}).items()}


def _write(_mapper: object, _connection: sa.Connection, record: Record) -> None:
    """Set the normal forms of a record before it is written itself."""
    for name, form in forms(record).items():
        setattr(record, name, form)


for _kind in FORMS:
    event.listen(_kind, "before_insert", _write)
    event.listen(_kind, "before_update", _write)


def find(
    session: Session, kind: type[R], text: str, *where: sa.ColumnElement[bool], column: str = "name", but: UUID | None = None
) -> R | None:
    """Find the record whose name or address has the same normal form, other than a certain record.

    There may be several, recorded before that was refused: then prefer the one with exactly this text.
    """
    own, exact, form = (sa.inspect(kind).columns[name] for name in ("id", column, f"{column}_form"))
    alike = sa.select(kind).where(form == FORMS[kind][form.name].write(text), *where)
    if but is not None:
        alike = alike.where(own != but)
    return session.scalars(alike.order_by(exact != text, own).limit(1)).one_or_none()


def contains(kind: type[Record], text: str) -> sa.ColumnElement[bool]:
    """Write the condition that the searched text of a record contains a text, whatever its case and accents."""
    searched: sa.ColumnElement[str] = sa.inspect(kind).columns["filter_form"]
    return searched.contains(filter_form(text), autoescape=True)
