"""What does an engine keep of rows that were changed, how is it removed, and which copies can claimkb not reach?"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from claimkb.domain import Channel, ClaimVector, Delivery, NameKey, SearchEntry, Token, TokenUse
from claimkb.domain.delivery import DeliveryState
from claimkb.domain.token import TokenKind
from claimkb.store.engine import records
from claimkb.store.engine.database import Database
from claimkb.store.engine.files import BUSY_SECONDS
from claimkb.store.engine.locks import LOCK_SECONDS
from claimkb.store.engine.outages import DatabaseBusy
from claimkb.store.erasing.columns import WORDS


def clean(database: Database) -> None:
    """Remove what the engine keeps of rows as they were: free pages and the log of SQLite, dead rows of PostgreSQL."""
    if database.is_sqlite:
        _clean_file(database)
    else:
        _clean_tables(database)


def _clean_file(database: Database) -> None:
    """Write SQLite's file anew, and empty its log, which may be read by nobody at that moment."""
    with database.write() as session:  # FTS5 keeps deleted words in its index
        session.execute(sa.text("INSERT INTO search_index(search_index) VALUES ('rebuild')"))
    with database.explained(), database.writer.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        driver.execute("VACUUM")
        (is_busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise DatabaseBusy("Another program read the log of the database, which could not be emptied.")


def _clean_tables(database: Database) -> None:
    """Write PostgreSQL's tables anew, one after the other: nobody reads or writes a table meanwhile.

    Whoever comes after a statement that waits for a lock waits, too: so it does not wait for long.
    """
    kinds: tuple[type[SQLModel], ...] = (*WORDS, SearchEntry, NameKey, ClaimVector)
    names = sorted(records.table_of(kind).name for kind in kinds)
    with database.explained(), database.engine.connect() as connection:
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        autocommit.execute(sa.text(f"SET lock_timeout = '{int(LOCK_SECONDS * 1000)}'"))
        try:
            for name in names:
                autocommit.execute(sa.text(f"VACUUM (FULL, ANALYZE) {name}"))
            autocommit.execute(sa.text("VACUUM (FULL) pg_catalog.pg_statistic"))  # it has frequent values
        finally:
            connection.invalidate()  # it has another limit than the others of its pool


def sent(session: Session) -> list[tuple[str, int]]:
    """Count what was sent by each channel, as far as that is still kept."""
    many = sa.func.count()
    select = sa.select(col(Channel.name), many).join(Delivery, col(Delivery.channel_id) == Channel.id)
    select = select.where(col(Delivery.state) == DeliveryState.SENT).group_by(col(Channel.id), col(Channel.name))
    return [(name, number) for name, number in session.execute(select.order_by(col(Channel.name)))]


def read_feeds(session: Session) -> int:
    """Count the keys with which feeds and calendars were read."""
    used = sa.select(sa.func.count()).select_from(Token).join(TokenUse, col(TokenUse.token_id) == Token.id)
    return session.scalar(used.where(col(Token.kind) == TokenKind.FEED)) or 0
