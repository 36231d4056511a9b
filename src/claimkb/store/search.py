"""What is found by its words? One interface on both engines: FTS5 on SQLite, tsvector on PostgreSQL.

Both index the words as domain/normal_forms folds them, so that both find the same, and no query of any shape is an error.
The newest come first, by a position that never changes, so that pages neither skip nor repeat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col

from claimkb.domain import Appearance, Claim, Prediction, SearchEntry
from claimkb.domain.claim import RelationState
from claimkb.domain.normal_forms import words
from claimkb.domain.record import Record
from claimkb.domain.reference import ClaimId
from claimkb.domain.searching import FOUND_BY, KINDS, MOST_SAID, SearchKind, joined, text_of
from claimkb.domain.wording import Wanted, asked, likeness, telling
from claimkb.store import claims
from claimkb.store.engine import paging, records
from claimkb.store.engine.expressions import INSERT


@dataclass(frozen=True)
class Alike:
    """A claim that is like a statement: how much, from 0 to 1, and which words both share."""

    claim: Claim
    score: float
    why: list[str]


SEARCH = "search"
"""The name of the words that a statement looks for, as the engine has them."""

RANKED = 3_000
"""Of how many claims that share a word it is told how well they answer, where that takes time: the newest."""

CANDIDATES = 200
"""How many claims with a shared word are compared with a statement."""


def _entering(insert: Any) -> sa.Executable:
    """Write what enters the words of records, or replaces those that are there."""
    written = {name: insert.excluded[name] for name in ("words", "said", "is_stale")}
    entered: sa.Executable = insert.on_conflict_do_update(index_elements=["record_id"], set_=written)
    return entered


_ENTER = {dialect: _entering(insert(records.table_of(SearchEntry))) for dialect, insert in INSERT.items()}


def _is_to_enter(session: Session, record: Any) -> bool:
    """Tell whether a record is found by its words, and they are new."""
    if type(record) not in FOUND_BY:
        return False
    fields = FOUND_BY[type(record)][1]
    return record in session.new or any(sa.inspect(record).attrs[name].history.has_changes() for name in fields)


_SAID: dict[type[Any], str] = {Appearance: "quote_exact", Prediction: "due_text"}
"""What sources say of claims, and finds them: the quotes of its appearances, and the words of its prediction's due date."""


def _is_said_anew(session: Session, record: Any) -> bool:
    """Tell whether a record holds words of a source that find its claim, and they are new."""
    name = _SAID.get(type(record))
    if name is None:
        return False
    return getattr(record, name) is not None if record in session.new else sa.inspect(record).attrs[name].history.has_changes()


def said_of(session: Session, claim_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Put together what sources say of claims, in one statement."""
    parts = [
        sa.select(kind.claim_id, getattr(kind, name), sa.literal(place), kind.id).where(
            kind.claim_id.in_(claim_ids), getattr(kind, name).is_not(None)
        )
        for place, (kind, name) in enumerate(_SAID.items())
    ]
    found: dict[UUID, dict[str, None]] = {}
    for claim_id, text, *_ in sorted(session.execute(sa.union_all(*parts)), key=lambda row: (row[2], row[3])):
        found.setdefault(claim_id, {})[text] = None
    return {claim_id: joined(list(texts))[:MOST_SAID] for claim_id, texts in found.items()}


def said(session: Session, record_ids: Sequence[UUID]) -> dict[UUID, str | None]:
    """Tell what else finds records, as their entries have it, in one statement."""
    select = sa.select(col(SearchEntry.record_id), col(SearchEntry.said)).where(col(SearchEntry.record_id).in_(record_ids))
    return {row[0]: row[1] for row in session.execute(select)}


def watch(session: Session) -> Callable[[], None]:
    """Note every record that a session adds or changes. Return what writes the words of all of them, in the end."""
    changed: dict[UUID, Record] = {}
    told: set[UUID] = set()

    def note(*_: Any) -> None:
        for each in (*session.new, *session.dirty):
            if _is_to_enter(session, each):
                changed[each.id] = each
            if _is_said_anew(session, each):
                told.add(each.claim_id)
            elif isinstance(each, Claim) and each in session.dirty and each.id in changed:
                told.add(each.id)

    def enter() -> None:
        changed.update((id_, records.get(session, Claim, id_)) for id_ in told - changed.keys())
        of_sources = said_of(session, list(told)) if told else {}
        if changed:
            entries = [entry_of(each, of_sources.get(each.id)) for each in changed.values()]
            session.execute(_ENTER[session.get_bind().dialect.name], entries)

    event.listen(session, "before_flush", note)
    return enter


def entry_of(record: Record, said: str | None) -> dict[str, Any]:
    """Fold the words of a record, and of what sources say of it."""
    folded = " ".join(words(text_of(record, said)))
    return {"kind": FOUND_BY[type(record)][0], "record_id": record.id, "words": folded, "said": said, "is_stale": False}


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
    """Select the positions of the entries that answer a search, and how well they do: the better, the less.

    PostgreSQL reads a text anew to rank it: with `most`, it ranks so many of the newest.
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
    """Tell whether a search asks for no word."""
    return all(part.excluded for part in asked(query))


def syntax(query: str, *, is_sqlite: bool) -> str:
    """Write a search as the engine has it."""
    return _fts5(asked(query)) if is_sqlite else _tsquery(asked(query))


def matching(query: str, kinds: Sequence[SearchKind] | None, *, is_sqlite: bool) -> sa.Select[Any]:
    """Select the entries that answer a search; none where it asks for no word.

    PostgreSQL takes any word for frequent, and would look for a rare one among all entries, the newest first: from an array, it
    asks the index for all that have the word.
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
    """Choose the sort key: what was recorded last comes first."""
    return paging.OrderBy(col(SearchEntry.position), col(SearchEntry.record_id), descending=True)


def records_of(session: Session, entries: Sequence[SearchEntry]) -> list[Record]:
    """Fetch the records of entries, in their order, in one statement a kind. An entry whose record is not there gives none."""
    found: dict[Any, Record] = {}
    for kind in {entry.kind for entry in entries}:
        ids = [entry.record_id for entry in entries if entry.kind == kind]
        found |= {record.id: record for record in records.by_ids(session, KINDS[SearchKind[kind]], ids) if record is not None}
    return [found[entry.record_id] for entry in entries if entry.record_id in found]


def similar(session: Session, statement: str, claim_id: ClaimId | None, most: int) -> list[Alike]:
    """List the claims most like a statement. Where it is a recorded claim's, leave that out, and what was said to be another."""
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
