"""How many tokens has the assistant used today? One row a day, in the database: so servers and commands share the bound."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from claimkb.domain import AssistantUse
from claimkb.store.engine.expressions import upsert


def reserve(session: Session, day: date, tokens: int, most: int) -> bool:
    """Set tokens aside before a request; return False where the day would have more than its bound."""
    if tokens > most:
        return False
    insert = upsert(session, AssistantUse).values(day=day, tokens=tokens)
    more = col(AssistantUse.tokens) + tokens
    reserved = insert.on_conflict_do_update(index_elements=["day"], set_={"tokens": more}, where=more <= most)
    return session.scalar(reserved.returning(col(AssistantUse.day))) is not None


def settle(session: Session, day: date, reserved: int, used: int) -> None:
    """Replace what was set aside for a request by what it has used."""
    session.execute(
        sa.update(AssistantUse).where(col(AssistantUse.day) == day).values(tokens=col(AssistantUse.tokens) - reserved + used)
    )


def tokens_on(session: Session, day: date) -> int:
    """Count the tokens of a day, with those that are set aside."""
    return session.scalar(sa.select(col(AssistantUse.tokens)).where(col(AssistantUse.day) == day)) or 0
