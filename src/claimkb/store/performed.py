"""Was a part of a request done already, under its Idempotency-Key?"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from claimkb.domain import Performed
from claimkb.domain.performed import Once
from claimkb.store.engine.expressions import upsert


def claim(session: Session, by: str, once: Once, now: datetime) -> Performed | None:
    """Take a key for this transaction; None if it is free, else what was done under it. Waits for whoever has it now."""
    row = {"by": by, "key": once.key, "place": once.place, "request": once.request, "performed_at": now}
    insert = upsert(session, Performed).values(**row).on_conflict_do_nothing()
    if session.execute(insert.returning(sa.inspect(Performed).columns["key"])).first() is not None:
        return None
    return session.get_one(Performed, (by, once.key, once.place))


def complete(session: Session, by: str, once: Once, kind: str, record_id: UUID) -> None:
    """Remember what the part led to."""
    done = session.get_one(Performed, (by, once.key, once.place))
    done.kind, done.record_id = kind, record_id
