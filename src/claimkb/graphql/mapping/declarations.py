"""What is a field of the schema read from? Each kind of field is one class here; plans are compiled from these declarations.

A field without a declaration shows the column or the attribute of its name, or calls its resolver.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session
from strawberry.types.field import StrawberryField

from claimkb.actions.work import Work
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, Record
from claimkb.graphql.execution.context import Batch
from claimkb.store.engine.paging import OrderBy
from claimkb.store.engine.relationships import Relationship

OrderedSelect = tuple[sa.Select[Any], OrderBy]
"""The rows of a list, and their order."""

ListQuery = Callable[[date, Mapping[str, Any], bool], OrderedSelect]
"""Writes the query of a list, given today, the arguments, and whether the caller sees private rows."""


@dataclass(frozen=True)
class Computed:
    """A value that the resolver computes from columns of its row."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class TextOf:
    """A text that is made from the name of the type and one column, such as a global id."""

    column: str
    write: Callable[[str, str], str]


@dataclass(frozen=True)
class ComputedBeside:
    """A value that is computed from columns of its row, and from columns of the one row that a relationship leads to."""

    columns: tuple[str, ...]
    relationship: Relationship
    their_columns: tuple[str, ...]
    compute: Callable[..., object]


@dataclass(frozen=True)
class Embedded:
    """Columns of the same row, as an object of their own: null where this column is null."""

    column: str


@dataclass(frozen=True)
class Batched:
    """A value that a function of the store reads for the keys in a column, for many rows at once."""

    column: str
    choose: Callable[..., Batch]


@dataclass(frozen=True)
class ListPerRow:
    """A list that is read by a query for each row: the value of a column is one of its arguments."""

    column: str
    record: type[Record]
    query: ListQuery


@dataclass(frozen=True)
class ToOne:
    """An edge to one record at most."""

    relationship: Relationship


@dataclass(frozen=True)
class ToList:
    """An edge to a short list of records, given whole."""

    relationship: Relationship


@dataclass(frozen=True)
class ToMany:
    """An edge to a list of records, given in pages; with `needs`, for callers with that permission."""

    relationship: Relationship
    needs: Permission | None


@dataclass(frozen=True)
class ToNamed:
    """A list of records whose ids stand in an attribute of an object that is no record itself."""

    attribute: str


@dataclass(frozen=True)
class PayloadEdge:
    """The record that the result of a mutation names by its id in an attribute."""

    attribute: str


@dataclass(frozen=True)
class Question:
    """A value that is read by a query of its own: given the parent, `info` and the arguments, `ask` returns that query."""

    ask: Callable[..., Callable[[Session], object]]


@dataclass(frozen=True)
class ListOf:
    """A list of the query type: filtered, ordered, and given in pages."""

    record: type[Record]
    needs: Permission
    query: ListQuery


@dataclass(frozen=True)
class ById:
    """A record, or several, by their ids: of one kind, or of any."""

    kind: str | None


@dataclass(frozen=True)
class Search:
    """The search of all records by their words."""


PayloadEdges = dict[str, tuple[type[Record], str]]
"""The records that a payload shows beside the result, and the attribute of the result that holds the id of each."""


@dataclass(frozen=True)
class Verb:
    """A mutation: its action and command, the name and type of its result, and what its payload shows beside the result."""

    action: Callable[[Work, Any], Any]
    command: type[Command]
    result: str
    shown_as: Any
    edges: PayloadEdges = field(default_factory=dict)
    similar: StrawberryField | None = None
    """The field for records that are like the result."""
    beside: Mapping[str, StrawberryField] = field(default_factory=dict)
    """More fields of its payload."""


RowDeclaration = Computed | TextOf | ComputedBeside | Embedded | Batched | ListPerRow | ToOne | ToList | ToMany
"""The fields of a record, which a plan reads with the rows of a level or for their keys."""
ValueDeclaration = ToNamed | PayloadEdge | Question
"""The fields of an object that is no record, which a plan reads by ids in it, or by a query of their own."""
RootDeclaration = ListOf | ById | Search | Verb
"""The fields of the root types."""
Declaration = RowDeclaration | ValueDeclaration | RootDeclaration

_KEY = "claimkb.declaration"


def declared(declaration: Declaration) -> dict[str, Declaration]:
    """Write a declaration as the metadata of a field."""
    return {_KEY: declaration}


def declaration_of(definition: StrawberryField) -> Declaration | None:
    """Return the declaration of a field; None if it has none."""
    return definition.metadata.get(_KEY)
