"""How are the triggers that keep appended tables set aside? For one transaction: whatever ends it, they are there again."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

_ON_SQLITE = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'keep\\_%\\_update' ESCAPE '\\' ORDER BY name"
)
_ON_POSTGRESQL = """
SELECT quote_ident(tgname), tgrelid::regclass::text FROM pg_trigger
WHERE tgname LIKE 'keep\\_%\\_update' AND NOT tgisinternal AND pg_table_is_visible(tgrelid) ORDER BY tgname
"""


@contextmanager
def aside(connection: sa.Connection) -> Iterator[None]:
    """Let appended tables be changed in the block. After an error the transaction is rolled back, and the triggers with it."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(sa.text(_ON_SQLITE)).all()
        for name, _ in found:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in found:
            connection.exec_driver_sql(sql)
    else:
        found = connection.execute(sa.text(_ON_POSTGRESQL)).all()
        for name, table in found:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        for name, table in found:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
