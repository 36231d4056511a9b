"""Which server does a certain piece of work at the moment? The one that holds its lease."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import Lease
from claimkb.domain.schedule import LEASED
from claimkb.store.engine.expressions import upsert


def take(session: Session, work: str, holder: str, now: datetime) -> bool:
    """Take a lease, or renew it; return False if another server has it.

    A lease that ends later than any that is taken now is from before the clock was set back: it is free.
    """
    until = now + LEASED
    is_free = sa.or_(col(Lease.holder) == holder, col(Lease.until) <= now, col(Lease.until) > until)
    insert = upsert(session, Lease).values(work=work, holder=holder, until=until)
    taken = insert.on_conflict_do_update(index_elements=["work"], set_={"holder": holder, "until": until}, where=is_free)
    return session.scalar(taken.returning(col(Lease.holder))) is not None


def leave(session: Session, work: str, holder: str) -> None:
    """Give a lease back, so that another server need not wait for its end."""
    session.execute(sa.delete(Lease).where(col(Lease.work) == work, col(Lease.holder) == holder))
