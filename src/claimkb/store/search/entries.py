"""Which words find a record? They are written beside it, folded, in the transaction that changes it."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Session, col

from claimkb.domain import Appearance, Claim, Claimant, Prediction, SearchEntry
from claimkb.domain.normal_forms import words
from claimkb.domain.record import Record
from claimkb.domain.searching import FOUND_BY, MOST_SAID, joined, text_of
from claimkb.store.engine import records
from claimkb.store.engine.expressions import INSERT, Insert


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
