"""Was a part of a request performed before, under its Idempotency-Key?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from claimkb.domain import Performed
from claimkb.domain.performed import Once
from claimkb.store.engine.expressions import upsert


def claim(session: Session, by: str, once: Once, now: datetime) -> Performed | None:
    """Claim a key for this transaction: return None if it was free, else its record. Wait for another transaction that has it."""
    row = {"by": by, "key": once.key, "place": once.place, "request": once.request, "performed_at": now}
    insert = upsert(session, Performed).values(**row).on_conflict_do_nothing()
    if session.execute(insert.returning(sa.inspect(Performed).columns["key"])).first() is not None:
        return None
    return session.get_one(Performed, (by, once.key, once.place))


def complete(session: Session, by: str, once: Once, kind: str, record_id: UUID) -> None:
    """Record the result of the part."""
    done = session.get_one(Performed, (by, once.key, once.place))
    done.kind, done.record_id = kind, record_id
