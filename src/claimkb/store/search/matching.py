"""Which records does a search find by their words? One interface for both databases: FTS5 on SQLite, tsvector on PostgreSQL.

Both index the words as domain/normal_forms folds them: so both find the same, and no query is a syntax error. The newest records
come first, by a position that never changes, so that pages neither skip nor repeat one.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col

from claimkb.domain import SearchEntry
from claimkb.domain.record import Record
from claimkb.domain.searching import KINDS, SearchKind
from claimkb.domain.wording import Wanted, asked
from claimkb.store.engine import paging, records

SEARCH = "search"
"""The name of the bind parameter that holds the search in the syntax of the database."""


def _fts5(wanted: Sequence[Wanted]) -> str:
    """Write a search for FTS5. Words are letters and digits only, and quoted: nothing in them is syntax."""

    def one(part: Wanted) -> str:
        return f'"{" ".join(part.words)}"' + ("*" if part.begins else "")

    here = " AND ".join(one(part) for part in wanted if not part.excluded)
    gone = " ".join(f"NOT {one(part)}" for part in wanted if part.excluded)
    return f"({here}) {gone}"


def _tsquery(wanted: Sequence[Wanted]) -> str:
    """Write a search for PostgreSQL. Words are letters and digits only, and quoted: nothing in them is syntax."""

    def one(part: Wanted) -> str:
        said = " <-> ".join(f"'{word}'" + (":*" if part.begins else "") for word in part.words)
        return f"{'!' if part.excluded else ''}({said})"

    return " & ".join(one(part) for part in wanted)


def _positions(wanted: Sequence[Wanted], *, is_sqlite: bool) -> sa.Select[int]:
    """Select the positions of the entries that match a search."""
    if is_sqlite:
        text = sa.text("SELECT rowid AS position FROM search_index WHERE search_index MATCH :search")
        hits = text.bindparams(sa.bindparam(SEARCH, _fts5(wanted), sa.String())).columns(sa.column("position", sa.Integer))
        return sa.select(hits.subquery("hits").c.position)
    simple: Any = sa.literal_column("'simple'::regconfig")
    query = sa.func.to_tsquery(simple, sa.bindparam(SEARCH, _tsquery(wanted), sa.String()))
    return sa.select(SearchEntry.position).where(sa.func.to_tsvector(simple, col(SearchEntry.words)).bool_op("@@")(query))  # type: ignore[call-overload,no-any-return]


def is_empty(query: str) -> bool:
    """Tell whether a search has no word to find."""
    return all(part.excluded for part in asked(query))


def syntax(query: str, *, is_sqlite: bool) -> str:
    """Write a search in the syntax of the database."""
    return _fts5(asked(query)) if is_sqlite else _tsquery(asked(query))


def matching(query: str, kinds: Sequence[SearchKind] | None, *, is_sqlite: bool) -> sa.Select[SearchEntry]:
    """Select the entries that match a search; none if it has no word to find.

    PostgreSQL takes any word for frequent, and would scan all entries, the newest first, for a rare one. The array makes it ask the
    index for all matches first.
    """
    wanted = asked(query)
    select = sa.select(SearchEntry)
    if is_empty(query):
        return select.where(sa.false())
    if kinds is not None:
        select = select.where(col(SearchEntry.kind).in_(kinds))
    hits = _positions(wanted, is_sqlite=is_sqlite)
    if is_sqlite:
        return select.where(col(SearchEntry.position).in_(hits))
    return select.where(col(SearchEntry.position) == sa.any_(sa.func.array(hits.scalar_subquery(), type_=ARRAY(sa.Integer()))))


def ordered() -> paging.OrderBy:
    """Choose the sort key: the newest record first."""
    return paging.OrderBy(col(SearchEntry.position), col(SearchEntry.record_id), descending=True)


def records_of(session: Session, entries: Sequence[SearchEntry]) -> list[Record]:
    """Fetch the records of entries, in their order, in one statement for each kind. Skip an entry without a record."""
    found: dict[UUID, Record] = {}
    for kind in {entry.kind for entry in entries}:
        ids = [entry.record_id for entry in entries if entry.kind == kind]
        found |= {record.id: record for record in records.by_ids(session, KINDS[SearchKind[kind]], ids) if record is not None}
    return [found[entry.record_id] for entry in entries if entry.record_id in found]
