"""Stops a change between two of its statements, in every way in which one can be stopped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from claimkb.actions.work import Desk
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong


class Crashed(Exception):
    """Something went wrong that nobody foresaw."""


STOPPED = (TookTooLong, DatabaseUnavailable, Crashed)
"""What is told of a change that was stopped: nothing has changed."""


@contextmanager
def hooked(desk: Desk, name: str, hook: Callable[[sa.Connection], None]) -> Iterator[None]:
    """Do something at an event of the connections that write, while the block runs."""

    def happen(connection: sa.Connection, *_: Any) -> None:
        hook(connection)

    event.listen(desk.database.writer, name, happen)
    try:
        yield
    finally:
        event.remove(desk.database.writer, name, happen)


@contextmanager
def after(desk: Desk, number: int, stop: Callable[[sa.Connection], None]) -> Iterator[Callable[[], bool]]:
    """Stop what is done in the block after so many statements. Give what tells whether there were that many."""
    left = number

    def step(connection: sa.Connection) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            stop(connection)

    with hooked(desk, "after_cursor_execute", step):
        yield lambda: left <= 0


def stop(cancellation: Cancellation) -> None:
    """Stop work, as who waits for it does when the time is up."""
    cancellation.give_up()
    Thread(target=cancellation.cancel).start()


def crash(_: sa.Connection) -> None:
    """Crash."""
    raise Crashed


def stops_of(desk: Desk, cancellation: Cancellation) -> dict[str, Callable[[sa.Connection], None]]:
    """Name the ways in which a change can be stopped."""

    def lose(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        with desk.database.reserved.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": driver.info.backend_pid})

    ways: dict[str, Callable[[sa.Connection], None]] = {"stop": lambda _: stop(cancellation), "crash": crash}
    return ways if desk.database.is_sqlite else ways | {"lose": lose}
