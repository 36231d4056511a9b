"""Which rows hold words that are to be erased, and what do they say without them?

The database finds what may hold the words, by their longest run of ASCII letters and digits; a pattern decides.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, SQLModel

from claimkb.domain import Revision, SavedSearch, Snapshot
from claimkb.domain.erasure import UNSEEN, Words
from claimkb.domain.revision import canonical
from claimkb.store.engine import records
from claimkb.store.erasing.columns import ADDRESSES, BY_NAME, KEYS, OF_FILTERS, WORDS

PAGE, TEXTS = 500, 10
"""How many rows are read at once; of snapshots, each of which may have a million characters."""


@dataclass(frozen=True)
class Row:
    """A row that holds words, and the columns of words as they are without them."""

    kind: type[SQLModel]
    values: Mapping[str, Any]
    blanked: dict[str, Any]


def key_of(kind: type[SQLModel]) -> list[sa.Column[Any]]:
    """Name the columns of the primary key."""
    table = records.table_of(kind)
    return [table.c[name] for name in KEYS.get(kind, ("id",))]


def candidates(session: Session, kind: type[SQLModel], where: sa.ColumnElement[bool] | None) -> Iterator[Mapping[str, Any]]:
    """Read the rows that meet a condition, in the order of their keys and in pages: each may be changed before the next is read."""
    table, keys = records.table_of(kind), key_of(kind)
    many = TEXTS if kind is Snapshot else PAGE
    select = sa.select(table).order_by(*keys).limit(many)
    if where is not None:
        select = select.where(where)
    last: list[Any] | None = None
    while True:
        after = select if last is None else select.where(sa.tuple_(*keys) > sa.tuple_(*last))
        page = session.connection().execute(after).mappings().all()
        yield from (dict(row) for row in page)
        if len(page) < many:
            return
        last = [page[-1][key.name] for key in keys]


def may_hold(kind: type[SQLModel], words: Words, ids: Collection[UUID] = ()) -> sa.ColumnElement[bool] | None:
    """Write the condition that a row may hold the words, or is about one of some records; None where each row may."""
    if words.run is None:
        return None
    table = records.table_of(kind)
    found: list[sa.ColumnElement[bool]] = []
    for column in (sa.type_coerce(table.c[name], sa.Text()) for name in WORDS[kind]):
        found += [column.ilike(f"%{words.run}%"), *(column.contains(sign) for sign in UNSEEN)]
    if ids:
        found.append(table.c.record_id.in_(ids))
    return sa.or_(*found)


def holding(session: Session, words: Words) -> Iterator[Row]:
    """Read every row that holds the words, but for the history."""
    for kind in WORDS:
        if kind is not Revision:
            yield from of_kind(session, kind, words)


def of_kind(session: Session, kind: type[SQLModel], words: Words) -> Iterator[Row]:
    """Read every row of a kind that holds the words."""
    for values in candidates(session, kind, may_hold(kind, words)):
        blanked = {name: said for name in WORDS[kind] if (said := blank(kind, name, values[name], words)) != values[name]}
        if blanked:
            yield Row(kind, values, blanked)


def count(session: Session, words: Words) -> tuple[Counter[tuple[str, str]], int]:
    """Count in how many rows of each table and column the words stand, and in how many revisions."""
    places = Counter((records.table_of(row.kind).name, name) for row in holding(session, words) for name in row.blanked)
    return places, sum(bool(blank_revision(each, words)) for each in candidates(session, Revision, may_hold(Revision, words)))


def blank(kind: type[Any] | None, name: str, value: Any, words: Words) -> Any:
    """Blank the words in a value of a column, or of a field of a kind in the history."""
    if isinstance(value, SecretStr):
        said = blank(kind, name, value.get_secret_value(), words)
        return value if said == value.get_secret_value() else SecretStr(said)
    if not isinstance(value, str):
        return value
    if (kind, name) == (SavedSearch, "filter"):
        filter_ = json.loads(value)
        said = {each: words.blank(text) if each in OF_FILTERS and text else text for each, text in filter_.items()}
        return value if said == filter_ else json.dumps(said, separators=(",", ":"), ensure_ascii=False)
    if (kind, name) in ADDRESSES:
        return words.blank(words.blank(value), is_address=True)
    return words.blank(value)


Told = Mapping[str, tuple[Any, Any]]
"""The fields of a record that were written anew: what they said, and what they say."""


def blank_revision(revision: Mapping[str, Any], words: Words, told: Told | None = None) -> dict[str, Any]:
    """Return the columns of a revision that change when the words are blanked, and fields that were written anew of its record."""
    changed: dict[str, Any] = {}
    for name in WORDS[Revision]:
        value = revision[name]
        if value is None:
            continue
        said = _blank_fields(revision, value, words, told or {}) if name in ("before", "after") else words.blank(value)
        if said != value:
            changed[name] = said
    return changed


def _blank_fields(revision: Mapping[str, Any], text: str, words: Words, told: Told) -> str:
    """Blank the words in the fields of a revision, which are JSON: terms, ids and days stay as they are."""
    try:
        said = json.loads(text)
    except ValueError:
        return words.blank(text)
    kind = BY_NAME.get(revision["record_type"])
    columns = records.table_of(kind).columns.keys() if kind else ()

    def of(name: str, value: Any) -> Any:
        if name in told and value == told[name][0]:
            return told[name][1]
        is_of_words = kind is None or name in WORDS[kind] or name not in columns
        return blank(kind, name, value, words) if is_of_words else value

    if not isinstance(said, dict):
        return words.blank(text)
    blanked = {name: of(name, value) for name, value in said.items()}
    return text if blanked == said else canonical(blanked)
