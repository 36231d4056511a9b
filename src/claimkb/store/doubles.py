"""Which records have the same normal form as others, as filters compare them?"""

from collections.abc import Collection
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from claimkb.domain.record import Record

R = TypeVar("R", bound=Record)


def of(session: Session, kind: type[R], forms: Collection[str]) -> list[R]:
    """List the records of a kind with one of these normal forms, the first recorded first, in one statement."""
    columns = sa.inspect(kind).columns
    same = sa.select(kind).where(columns["filter_form"].in_(forms))
    return list(session.scalars(same.order_by(columns["created_at"], columns["id"])))
