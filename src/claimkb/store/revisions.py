"""How does every change get its revision? A hook of the session writes it before the change: no action can forget it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import AfterValidator
from pydantic import Field as Rule
from sqlalchemy import event
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from claimkb.domain import CollectedClaim, Collection, Outcome, Prediction, Revision
from claimkb.domain.account import Actor
from claimkb.domain.announcement import CHANGE, PRIVATE_REVISION, Topic
from claimkb.domain.correction import corrected
from claimkb.domain.erasure import SALT_BYTES
from claimkb.domain.event import event_of
from claimkb.domain.outcome import OutcomeReview
from claimkb.domain.permissions import PRIVATE
from claimkb.domain.record import Appended, Input, Person, Record, Term, Versioned
from claimkb.domain.reference import ClaimId, CollectionId, PredictionId, RecordId
from claimkb.domain.revision import RULE, SALTED, Action, RecordType, canonical, chain
from claimkb.domain.verification import STAMPS
from claimkb.store import announcements, collections
from claimkb.store.engine import additions, paging, records
from claimkb.store.engine.conditions import AnInstant, among
from claimkb.store.engine.database import PROOF
from claimkb.store.engine.forms import FORMS
from claimkb.store.engine.ordering import OrderDirection

MOST_SINCE = 100

AT_ONCE = 500
"""Of how many records the newest revisions are read in one statement."""


KINDS = {each.__name__ for parent in (Versioned, Appended) for each in parent.__subclasses__()} - {Revision.__name__}
"""The kinds of records that have a history."""


def _with_history(kind: str) -> str:
    """Return the name of a kind of record; refuse one that has no history."""
    if kind not in KINDS:
        raise ValueError(f"There is no history of that kind of record: name one of {', '.join(sorted(KINDS))}.")
    return kind


class RevisionFilter(Input):
    """Which revisions: all that is given must hold."""

    record_id: RecordId | None = Rule(default=None, description="Of this record, of whatever kind.")
    record_type: list[Annotated[RecordType, AfterValidator(_with_history)]] | None = Rule(
        default=None, max_length=20, description="Of records of one of these kinds, such as Prediction."
    )
    action: list[Action] | None = Rule(default=None, max_length=20, description="By one of these verbs, such as resolvePrediction.")
    recorded_by: Person | None = Rule(default=None, description="By this person or program, as the history names them.")
    collection_id: CollectionId | None = Rule(
        default=None, description="Of this collection, of what is or was put into it, of the claims in it, or of their predictions."
    )
    since: AnInstant | None = Rule(default=None, description="Made at this instant or later.")
    until: AnInstant | None = Rule(default=None, description="Made before this instant.")
    corrects: bool | None = Rule(default=None, description="That changed what was settled, or did not.")


class RevisionOrderField(Term):
    """What revisions can be ordered by."""

    RECORDED_AT = "RECORDED_AT", "When it was made."


class RevisionOrder(Input):
    """How to order revisions."""

    field: RevisionOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


def _is_in_collection(record_id: UUID | None, collection_id: UUID, *others: sa.Select[UUID]) -> sa.ColumnElement[bool]:
    """Hold for the ids of the claims in a collection, of their predictions, and of other records."""
    claims = collections.claims_in(collection_id)
    predictions = sa.select(col(Prediction.id)).where(col(Prediction.claim_id).in_(claims))
    return sa.or_(*(col(record_id).in_(each) for each in (claims, predictions, *others)))


def matching(wanted: RevisionFilter) -> sa.Select[Revision]:
    """Select the revisions that meet a filter."""
    select = sa.select(Revision).where(*among(Revision.record_type, wanted.record_type), *among(Revision.action, wanted.action))
    if wanted.record_id is not None:
        select = select.where(col(Revision.record_id) == wanted.record_id)
    if wanted.collection_id is not None:
        members = sa.select(col(CollectedClaim.id)).where(col(CollectedClaim.collection_id) == wanted.collection_id)
        itself = sa.select(col(Collection.id)).where(col(Collection.id) == wanted.collection_id)
        select = select.where(_is_in_collection(Revision.record_id, wanted.collection_id, members, itself))
    if wanted.recorded_by is not None:
        select = select.where(col(Revision.recorded_by) == wanted.recorded_by)
    if wanted.since is not None:
        select = select.where(col(Revision.recorded_at) >= wanted.since)
    if wanted.until is not None:
        select = select.where(col(Revision.recorded_at) < wanted.until)
    if wanted.corrects is not None:
        settled = col(Revision.corrects_id).is_not(None)
        select = select.where(settled if wanted.corrects else ~settled)
    return select


def public(select: sa.Select[Revision]) -> sa.Select[Revision]:
    """Leave out the history of the records that only administrators see."""
    return select.where(col(Revision.record_type).not_in(sorted(PRIVATE)))


class CorrectionFilter(Input):
    """Which corrections: all that is given must hold."""

    prediction_id: PredictionId | None = Rule(default=None, description="Of this prediction.")
    claim_id: ClaimId | None = Rule(default=None, description="Of the review of this claim, or of several predictions of it.")
    collection_id: CollectionId | None = Rule(default=None, description="Of a claim in this collection, or of its prediction.")


class CorrectionOrderField(Term):
    """What corrections can be ordered by."""

    RECORDED_AT = "RECORDED_AT", "When it was made."


class CorrectionOrder(Input):
    """How to order corrections."""

    field: CorrectionOrderField = Rule(description="What to order by.")
    direction: OrderDirection = Rule(description="Which way.")


def corrections(wanted: CorrectionFilter) -> sa.Select[Revision]:
    """Select the revisions that changed a settled prediction or claim."""
    select = sa.select(Revision).where(col(Revision.corrects_id).is_not(None))
    for corrected_id in (wanted.prediction_id, wanted.claim_id):
        if corrected_id is not None:
            select = select.where(col(Revision.corrects_id) == corrected_id)
    if wanted.collection_id is not None:
        select = select.where(_is_in_collection(Revision.corrects_id, wanted.collection_id))
    return select


def ordered(order: CorrectionOrder | RevisionOrder | None) -> paging.OrderBy:
    """Choose the sort key; by default the newest first."""
    is_descending = order is None or order.direction is OrderDirection.DESC
    return paging.OrderBy(col(Revision.recorded_at), col(Revision.id), is_descending)


_OF_RECORD = col(Revision.record_id) == sa.bindparam("record_id")
_NEWEST = sa.select(col(Revision.hash), col(Revision.version)).where(_OF_RECORD).order_by(col(Revision.version).desc()).limit(1)
_OTHER = aliased(Revision)
_LATEST = sa.select(sa.func.max(col(_OTHER.version))).where(col(_OTHER.record_id) == Revision.record_id).scalar_subquery()
_NEWEST_OF_SEVERAL = sa.select(col(Revision.record_id), col(Revision.hash), col(Revision.version)).where(
    col(Revision.record_id).in_(sa.bindparam("record_ids", expanding=True)), col(Revision.version) == _LATEST
)
_APPEND = sa.insert(records.table_of(Revision))
_AUTHOR = sa.select(col(Revision.recorded_by)).where(_OF_RECORD, col(Revision.version) == 1)


def since(session: Session, record_id: UUID, version: int) -> list[Revision]:
    """List the changes of a record after a version, the first one first; a hundred at most, the newest ones."""
    newer = sa.select(Revision).where(col(Revision.record_id) == record_id, col(Revision.version) > version)
    return list(session.scalars(newer.order_by(col(Revision.version).desc()).limit(MOST_SINCE)))[::-1]


def author(session: Session, record_id: UUID) -> str:
    """Return the author of the first revision of a record, which may not be written yet."""
    if additions.is_new(session, record_id):
        return str(session.info["author"])
    return session.scalars(_AUTHOR, {"record_id": record_id}).one()


def _changed(record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields of a record that changed, before and since."""
    before, after = {}, {}
    for attribute in sa.inspect(record).attrs:
        history = attribute.history
        if history.has_changes() and attribute.key not in {"version", "updated_at"} | LEFT_OUT:
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old != new:
                before[attribute.key], after[attribute.key] = old, new
    return before, after


LEFT_OUT = {
    "text",
    "secret_hash",
    "password_hash",
    "second_factor_secret",
    "second_factor_step",
    "recovery_hashes",
    "address",
    "signing_secret",
    "flag_on",
    "waits_for",
    "next_prediction_id",
    "salt",
    "fingerprint",
    *(name for names in FORMS.values() for name in names),
}
"""The columns that the history leaves out: long texts, of which it has the SHA-256, secrets, and columns computed from others."""


def watch(
    session: Session, actor: Actor, at: datetime, new_id: Callable[[], UUID], random: Callable[[int], bytes]
) -> Callable[[], None]:
    """Note a revision for every record that a session adds or changes; return the function that appends all of them in the end."""
    rows: list[dict[str, Any]] = []
    additions.watch(session)
    session.info["author"] = actor.name
    newest: dict[UUID, tuple[str, int]] = {}

    def last(record: Record) -> tuple[str | None, int]:
        row = newest.get(record.id) or session.execute(_NEWEST, {"record_id": record.id}).one_or_none()
        return (None, 0) if row is None else (row[0], row[1])

    def look_up(ids: list[UUID]) -> None:
        for begin in range(0, len(ids) if len(ids) > 1 else 0, AT_ONCE):
            found = session.execute(_NEWEST_OF_SEVERAL, {"record_ids": ids[begin : begin + AT_ONCE]})
            newest.update((record_id, (hash_, version)) for record_id, hash_, version in found)

    def note(record: Record, version: int, previous: str | None, before: dict[str, Any], after: dict[str, Any]) -> None:
        revision = {
            "id": new_id(),
            "recorded_at": at,
            "recorded_by": actor.name,
            "token_prefix": actor.token_prefix,
            "token_issued_by": actor.token_issued_by,
            "record_type": type(record).__name__,
            "record_id": record.id,
            "version": version,
            "corrects_id": corrected(record, before) or session.info.get("corrects", {}).get(record.id),
            "action": session.info["action"],
            "reason": session.info["reason"],
            "before": canonical(before),
            "after": canonical(after),
            "previous_hash": previous,
            "hash_rule": RULE,
            "salt": random(SALT_BYTES).hex() if RULE == SALTED else None,
            "erasure_id": None,
        }
        newest[record.id] = chain(revision), version
        rows.append({**revision, "hash": newest[record.id][0]})
        is_private = revision["record_type"] in PRIVATE  # subscribers hear of records, not of accounts and tokens
        announcements.note(session, PRIVATE_REVISION if is_private else Topic.REVISION, revision["id"])
        if event_of(record, before, after) is not None:
            announcements.note(session, CHANGE, revision["id"])
        if isinstance(record, Outcome) and after.get("review") is OutcomeReview.CONFIRMED:
            announcements.note(session, Topic.OUTCOME, record.id)

    def log(*_: object) -> None:
        with session.no_autoflush:
            for record in [each for each in session.new if isinstance(each, Versioned | Appended)]:
                additions.note(session, record, is_new=True)
                note(record, 1, None, {}, record.model_dump(exclude=STAMPS | LEFT_OUT, exclude_none=True))
            dirty = [each for each in session.dirty if isinstance(each, Versioned)]
            for record in dirty:
                additions.note(session, record, is_new=False)
            changed = [(record, before, after) for record in dirty for before, after in [_changed(record)] if after]
            look_up([record.id for record, _, _ in changed if record.id not in newest])
            for record, before, after in changed:
                previous, version = last(record)
                record.version = max(record.version, version) + 1  # the history may be ahead, by a change that was never made
                record.updated_at = at
                note(record, record.version, previous, before, after)

    def append() -> None:
        if rows:
            session.execute(_APPEND, rows)
            session.info[PROOF] = sa.select(col(Revision.id)).where(col(Revision.id) == rows[0]["id"])

    event.listen(session, "before_flush", log)
    return append
