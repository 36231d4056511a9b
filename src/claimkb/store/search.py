"""Which records does a search find by their words? One interface for both databases: FTS5 on SQLite, tsvector on PostgreSQL.

Both index the words as domain/normal_forms folds them: so both find the same, and no query is a syntax error. The newest records
come first, by a position that never changes, so that pages neither skip nor repeat one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col

from claimkb.domain import Appearance, Claim, Claimant, Prediction, SearchEntry
from claimkb.domain.claim import RelationState
from claimkb.domain.normal_forms import words
from claimkb.domain.record import Record
from claimkb.domain.reference import ClaimId
from claimkb.domain.searching import FOUND_BY, KINDS, MOST_SAID, SearchKind, joined, text_of
from claimkb.domain.wording import Wanted, asked, likeness, telling
from claimkb.store import claims
from claimkb.store.engine import paging, records
from claimkb.store.engine.expressions import INSERT, Insert


@dataclass(frozen=True)
class Alike:
    """A claim that is like a statement: a score from 0 to 1, and the words that both share."""

    claim: Claim
    score: float
    why: list[str]


SEARCH = "search"
"""The name of the bind parameter that holds the search in the syntax of the database."""

RANKED = 1_000
"""How many claims with a shared word PostgreSQL ranks: the newest. PostgreSQL reads the words of each twice, in 60 µs."""

CANDIDATES = 200
"""How many claims with a shared word are compared with a statement."""


def _upsert(insert: Insert) -> sa.Executable:
    """Write the statement that inserts the search entries of records, or replaces them."""
    values = {name: insert.excluded[name] for name in ("words", "said", "is_stale")}
    statement: sa.Executable = insert.on_conflict_do_update(index_elements=["record_id"], set_=values)
    return statement


_ENTER = {dialect: _upsert(insert(records.table_of(SearchEntry))) for dialect, insert in INSERT.items()}


def _is_to_enter(session: Session, record: Record) -> bool:
    """Tell whether a record has searched fields, and these are new."""
    if type(record) not in FOUND_BY:
        return False
    fields = (*FOUND_BY[type(record)][1], *(["merged_into_id"] if isinstance(record, Claimant) else []))
    return record in session.new or any(sa.inspect(record).attrs[name].history.has_changes() for name in fields)


_SAID: dict[type[Any], str] = {Appearance: "quote_exact", Prediction: "due_text"}
"""The fields with words of sources that find a claim too: the quotes of its appearances, and the due date of its prediction."""


_STANDING: dict[type[Any], tuple[str, ...]] = {Appearance: ("retracted_at",)}
"""The fields that say whether such words still count."""


def _is_said_anew(session: Session, record: object) -> bool:
    """Tell whether a record holds words of a source that find its claim, and these are new."""
    name = _SAID.get(type(record))
    if name is None:
        return False
    if record in session.new:
        return getattr(record, name) is not None
    state = sa.inspect(record).attrs
    return any(state[each].history.has_changes() for each in (name, *_STANDING.get(type(record), ())))


def said_of(session: Session, claim_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Join the words of sources that find each of these claims, in one statement."""
    parts = [
        sa.select(kind.claim_id, getattr(kind, name), sa.literal(place), kind.id).where(
            kind.claim_id.in_(claim_ids),
            getattr(kind, name).is_not(None),
            *(getattr(kind, field).is_(None) for field in _STANDING.get(kind, ())),
        )
        for place, (kind, name) in enumerate(_SAID.items())
    ]
    found: dict[UUID, dict[str, None]] = {}
    for claim_id, text, *_ in sorted(session.execute(sa.union_all(*parts)), key=lambda row: (row[2], row[3])):
        found.setdefault(claim_id, {})[text] = None
    return {claim_id: joined(list(texts))[:MOST_SAID] for claim_id, texts in found.items()}


def said(session: Session, record_ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """Return the words of sources in the search entries of these records, in one statement."""
    select = sa.select(col(SearchEntry.record_id), col(SearchEntry.said)).where(col(SearchEntry.record_id).in_(record_ids))
    return {row[0]: row[1] for row in session.execute(select)}


def watch(session: Session) -> Callable[[], None]:
    """Note every record that a session adds or changes; return the function that writes their search entries in the end."""
    changed: dict[UUID, Record] = {}
    quoted: set[UUID] = set()
    """Claims for which words of sources are new."""

    def note(*_: object) -> None:
        for each in (*session.new, *session.dirty):
            if _is_to_enter(session, each):
                changed[each.id] = each
            if _is_said_anew(session, each):
                quoted.add(each.claim_id)
            elif isinstance(each, Claim) and each in session.dirty and each.id in changed:
                quoted.add(each.id)

    def enter() -> None:
        changed.update((id_, records.get(session, Claim, id_)) for id_ in quoted - changed.keys())
        of_sources = said_of(session, list(quoted)) if quoted else {}
        if changed:
            entries = [_entry_of(each, of_sources.get(each.id)) for each in changed.values()]
            session.execute(_ENTER[session.get_bind().dialect.name], entries)

    event.listen(session, "before_flush", note)
    return enter


def folded(record: Record, said: str | None) -> str:
    """Fold the words of a record, and the words of sources about it."""
    return " ".join(words(text_of(record, said)))


def _entry_of(record: Record, said: str | None) -> dict[str, object]:
    """Write the search entry of a record as values of columns."""
    kind = FOUND_BY[type(record)][0]
    return {"kind": kind, "record_id": record.id, "words": folded(record, said), "said": said, "is_stale": False}


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


def _hits(fts5: str, tsquery: str, *, is_sqlite: bool, most: int | None = None) -> sa.Subquery:
    """Select the positions of the entries that match a search, with their badness, which is less for a better match.

    PostgreSQL reads each text again to rank it: `most` limits that to the newest matches.
    """
    if is_sqlite:
        text = sa.text("SELECT rowid AS position, rank AS badness FROM search_index WHERE search_index MATCH :search")
        hits = text.bindparams(sa.bindparam(SEARCH, fts5, sa.String())).columns(
            sa.column("position", sa.Integer), sa.column("badness", sa.Float)
        )
        return hits.subquery("hits")
    simple: Any = sa.literal_column("'simple'::regconfig")
    query = sa.func.to_tsquery(simple, sa.bindparam(SEARCH, tsquery, sa.String()))
    answers = sa.func.to_tsvector(simple, col(SearchEntry.words)).bool_op("@@")(query)
    newest = sa.select(SearchEntry.position, SearchEntry.words).where(answers)  # type: ignore[call-overload]
    if most is not None:
        newest = newest.order_by(col(SearchEntry.position).desc()).limit(most)
    found = newest.subquery("found")
    badness = -sa.func.ts_rank(sa.func.to_tsvector(simple, found.c.words), query)
    return sa.select(found.c.position, badness.label("badness")).subquery("hits")


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
    hits = sa.select(_hits(_fts5(wanted), _tsquery(wanted), is_sqlite=is_sqlite).c.position)
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


def similar(session: Session, statement: str, claim_id: ClaimId | None, most: int) -> list[Alike]:
    """List the claims most like a statement; not the claim that it is of, nor those that are recorded as not the same."""
    wanted = telling(statement)
    if not wanted:
        return []
    any_of = sorted(wanted)
    fts5, tsquery = " OR ".join(f'"{word}"' for word in any_of), " | ".join(f"'{word}'" for word in any_of)
    hits = _hits(fts5, tsquery, is_sqlite=session.get_bind().dialect.name == "sqlite", most=RANKED)
    select = sa.select(Claim).join(SearchEntry, col(SearchEntry.record_id) == Claim.id)
    select = select.join(hits, hits.c.position == SearchEntry.position).where(col(Claim.retracted_at).is_(None))
    if claim_id is not None:
        select = select.where(col(Claim.id) != claim_id, col(Claim.id).not_in(claims.judged(claim_id, RelationState.DENIED)))
    found = []
    for claim in session.scalars(select.order_by(hits.c.badness, col(Claim.id)).limit(CANDIDATES)):
        theirs = telling(claim.statement)
        if wanted & theirs:
            found.append(Alike(claim, likeness(wanted, theirs), sorted(wanted & theirs)))
    return sorted(found, key=lambda each: (-each.score, each.claim.id))[:most]
