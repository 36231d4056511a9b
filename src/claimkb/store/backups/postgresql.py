"""How are the rows of PostgreSQL copied while others write, and how do they come back? By COPY, in one transaction each way.

Neither needs a program of PostgreSQL's beside claimkb, nor the same version of PostgreSQL on both sides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from claimkb.domain.backup import Damaged, Member, NotEmpty, Summary
from claimkb.store import migrations
from claimkb.store.backups import archive, places
from claimkb.store.backups.archive import Archive
from claimkb.store.backups.summaries import summarise, tables_there
from claimkb.store.engine import locks
from claimkb.store.engine.database import Database
from claimkb.store.engine.joined import Joined
from claimkb.store.engine.locks import Lock
from claimkb.store.engine.outages import DatabaseLocked, driver_message, outage_of

_SAME_TEXT = (
    "SET LOCAL client_encoding = 'UTF8'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 3",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",  # what was restored is verified within the transaction
    "SET LOCAL row_security = off",  # an error is better than a back-up without the rows that a policy hides
)
"""The settings under which each value is written and read as the same text. Under row security all rows are wanted, or an error."""

_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def dump(database: Database, folder: Path) -> tuple[Summary, list[Member]]:
    """Copy the rows of all tables into a folder, as they stand at one instant, and count them."""
    with database.read() as session:
        expected = tables_there(session.connection())
    with database.explained(), database.engine.connect().execution_options(**_SNAPSHOT) as connection:
        for each in _SAME_TEXT:
            connection.exec_driver_sql(each)
        locks.limit_wait(connection)
        # The instant of the transaction is that of its first statement after this one, so no migration stands half in it.
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(_names(connection, expected))} IN ACCESS SHARE MODE")
        summary, tables = summarise(connection), tables_there(connection)
        if tables != expected:
            raise DatabaseLocked(f"{database.place} was migrated at this moment. Try again.")
        columns = _columns(connection, tables)
        return summary, [_dump_table(connection, each, columns[each.name], folder) for each in tables]


def _names(connection: sa.Connection, tables: list[sa.Table]) -> list[str]:
    """Write the names of tables as SQL."""
    return [connection.dialect.identifier_preparer.format_table(each) for each in tables]


def _columns(connection: sa.Connection, tables: list[sa.Table]) -> dict[str, list[str]]:
    """List the columns of each table, which may be of an older version; without those that PostgreSQL computes."""
    told = sa.inspect(connection).get_multi_columns(filter_names=[each.name for each in tables])
    return {name: [each["name"] for each in columns if "computed" not in each] for (_, name), columns in told.items()}


def _copied(connection: sa.Connection, table: sa.Table, columns: list[str]) -> str:
    """Write which columns of which table are copied as SQL."""
    (name,) = _names(connection, [table])
    return f"{name} ({', '.join(map(connection.dialect.identifier_preparer.quote, columns))})"


def _dump_table(connection: sa.Connection, table: sa.Table, columns: list[str], folder: Path) -> Member:
    """Copy the rows of a table into a file."""
    name = f"{table.name}.copy"
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {_copied(connection, table, columns)} TO STDOUT"
    with open(places.create(folder / name), "wb") as file, driver.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            file.write(block)
    return archive.member_of(folder / name, name, table.name, columns)


@contextmanager
def restoring(opened: Archive, database: Database) -> Iterator[Database]:
    """Give the database as a transaction sees it that brings a back-up back; commit it when the block ends."""
    with database.connection() as connection:
        locks.hold(connection, Lock.MIGRATING)  # a server that is started meanwhile waits, and then finds all of it
        check_free(database, connection)
        migrations.make_tables(connection, opened.manifest.holds.tables)
        for each in _SAME_TEXT:
            connection.exec_driver_sql(each)
        tables = {each.name: each for each in tables_there(connection)}
        members = {each.table: each for each in opened.manifest.members}
        if members.keys() != tables.keys():
            raise Damaged(path=opened.path, what="its tables are not those of its version")
        columns = _columns(connection, list(tables.values()))
        for name, table in tables.items():
            if set(members[name].columns) != set(columns[name]):
                raise Damaged(path=opened.path, what=f"the columns of {name} are not those of its version")
            try:
                _restore_table(connection, table, opened, members[name])
            except database.driver_error as error:
                if outage_of(error, database.place) is not None:
                    raise
                raise Damaged(path=opened.path, what=f"{name} does not fit this server: {driver_message(error)}") from None
        yield Joined(database, connection)


def check_free(database: Database, connection: sa.Connection) -> None:
    """Refuse a database that has any table of claimkb."""
    names = {each.name for each in SQLModel.metadata.sorted_tables} | {migrations.VERSIONS.name}
    if names & set(sa.inspect(connection).get_table_names()):
        raise NotEmpty(place=database.place)


def _restore_table(connection: sa.Connection, table: sa.Table, opened: Archive, member: Member) -> None:
    """Copy rows back into a table, and let its key count on from the highest."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {_copied(connection, table, member.columns)} FROM STDIN") as copy:
        for chunk in opened.chunks(member):
            copy.write(chunk)
    counted = table.autoincrement_column
    if counted is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, counted.name)
        connection.execute(sa.select(sa.func.setval(sequence, sa.func.max(counted))).having(sa.func.max(counted).is_not(None)))
