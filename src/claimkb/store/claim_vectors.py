"""Where are the vectors of claims kept, which are still to be made, and which claims are close in meaning to a statement?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Claim, ClaimVector
from claimkb.domain.claim import RelationState
from claimkb.domain.claim_vector import Encoder, Vectors
from claimkb.domain.contradicting import differences
from claimkb.domain.reference import ClaimId
from claimkb.domain.suggesting import comparing
from claimkb.domain.wording import likeness, telling
from claimkb.store import claims, search
from claimkb.store.engine import records
from claimkb.store.engine.database import Database
from claimkb.store.engine.expressions import upsert
from claimkb.store.search import Alike

AT_ONCE = 32
"""How many claims are encoded together: a stop loses only these."""

CLOSE = 5
"""How many claims are told that are close in meaning."""

BESIDE = 20
"""How many more are looked at, as some may be retracted."""

AGAIN = timedelta(minutes=10)
"""How far back vectors are read again: what was made earlier may have been committed later."""


def _without(model: str) -> sa.Select[Claim]:
    """Select the claims without a vector of this model and of their present version."""
    made = (col(ClaimVector.claim_id) == Claim.id, col(ClaimVector.model) == model, col(ClaimVector.version) == Claim.version)
    has_one = sa.select(sa.literal(1)).where(*made).exists()
    return sa.select(Claim).where(~has_one, col(Claim.retracted_at).is_(None))


@dataclass(frozen=True)
class Progress:
    """How many claims have no vector yet, of how many."""

    left: int
    all: int


def progress(session: Session, model: str) -> Progress:
    """Count the claims without a vector."""
    every = sa.select(sa.func.count()).select_from(Claim).where(col(Claim.retracted_at).is_(None))
    left = sa.select(sa.func.count()).select_from(_without(model).subquery())
    return Progress(session.scalar(left) or 0, session.scalar(every) or 0)


def make_some(database: Database, encoder: Encoder, now: Callable[[], datetime]) -> int:
    """Make the vectors of the next claims without one, outside of a transaction; return how many."""
    with database.read() as session:
        select = _without(encoder.model).order_by(col(Claim.id)).limit(AT_ONCE)
        wanted = [(each.id, each.version, each.statement) for each in session.scalars(select)]
    if wanted:
        vectors = encoder.encode([statement for *_, statement in wanted])
        with database.write() as session:
            same = _locked(session, wanted)
            rows = [
                {"claim_id": id_, "model": encoder.model, "version": version, "vector": vector, "made_at": now()}
                for (id_, version, statement), vector in zip(wanted, vectors, strict=True)
                if same.get(id_) == statement
            ]
            if not rows:
                return len(wanted)
            insert = upsert(session, ClaimVector)
            new = {name: insert.excluded[name] for name in ("model", "version", "vector", "made_at")}
            session.execute(insert.on_conflict_do_update(index_elements=["claim_id"], set_=new), rows)
    return len(wanted)


def _locked(session: Session, wanted: Sequence[tuple[UUID, int, str]]) -> dict[UUID, str]:
    """Read the statements of claims again under a lock, so that no vector tells of words that were erased meanwhile."""
    select = sa.select(Claim.id, Claim.statement).where(col(Claim.id).in_([id_ for id_, *_ in wanted]))  # type: ignore[call-overload]
    return {row[0]: row[1] for row in session.execute(select.with_for_update(read=True, key_share=True))}


def forget(connection: sa.Connection, claim_ids: Sequence[UUID]) -> None:
    """Delete the vectors of claims whose words are erased: they would tell of them."""
    table = records.table_of(ClaimVector)
    connection.execute(sa.delete(table).where(table.c.claim_id.in_(claim_ids)))


class SemanticSearch:
    """The claims by their meaning: an encoder, and the vectors of all claims in memory, 40 MB for 100,000."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._vectors: Vectors | None = None
        self._newest: datetime | None = None
        self._lock = Lock()

    def _closest(self, session: Session, vector: bytes, most: int) -> list[UUID]:
        """List the claims whose vectors are closest. First read those that were made since the last time."""
        table = records.table_of(ClaimVector)
        new = sa.select(table.c.claim_id, table.c.vector, table.c.made_at).where(table.c.model == self.encoder.model)
        with self._lock:
            self._vectors = self._vectors or Vectors()
            if self._newest is not None:
                new = new.where(table.c.made_at >= self._newest - AGAIN)
            rows = session.execute(new).all()
            self._vectors.put({id_: made for id_, made, _ in rows})
            self._newest = max((each for *_, each in rows), default=self._newest)
            return self._vectors.closest(vector, most)

    def similar(self, session: Session, statement: str, claim_id: ClaimId | None, most: int) -> list[Alike]:
        """List the claims that are like a statement: by many shared words, then by their meaning, then by few shared words."""
        by_words = search.similar(session, statement, claim_id, most)
        near = {each.claim.id: each for each in self._near(session, statement, claim_id)}
        first = [each for each in by_words if comparing.counts(each.score, len(each.why))]
        listed = {each.claim.id: each for each in first}
        for each in (*near.values(), *by_words):
            listed.setdefault(each.claim.id, each)
        return list(listed.values())[:most]

    def _near(self, session: Session, statement: str, claim_id: ClaimId | None) -> list[Alike]:
        """List the claims that are close in meaning to a statement; last those with other numbers, or of which one is negated."""
        but = set() if claim_id is None else {claim_id, *session.scalars(claims.judged(claim_id, RelationState.DENIED))}
        (vector,) = self.encoder.encode([statement])
        ids = [each for each in self._closest(session, vector, CLOSE + BESIDE + len(but)) if each not in but]
        read = [each for each in records.by_ids(session, Claim, ids) if each is not None and each.retracted_at is None]
        differing = {each.id: differences(statement, each.statement) for each in read}
        agreeing_first = sorted(read[:CLOSE], key=lambda each: bool(differing[each.id]))
        return [self._alike(statement, each, differing[each.id]) for each in agreeing_first]

    def _alike(self, statement: str, claim: Claim, differing: list[str]) -> Alike:
        """Tell how alike a claim is by the words they share, that it is close in meaning, and what differs."""
        mine, theirs = telling(statement), telling(claim.statement)
        why = [*sorted(mine & theirs), f"close in meaning ({self.encoder.model})", *differing]
        return Alike(claim, likeness(mine, theirs), why)
