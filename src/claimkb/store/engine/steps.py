"""How does a plan read without knowing a driver? It yields statements, and is sent their rows.

Steps are a generator. `drive` runs them in the calling thread, on a reader of a session or of an InlineReader;
`AsyncReader.drive` runs them on the event loop.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session

T = TypeVar("T")

Row = Any
"""A row as the driver returns it: a sequence with a value of the driver for each column."""

BindValues = Any
"""The values of a statement's bind parameters in the form that the driver takes: a mapping, a list or a tuple."""

Rows = Callable[[str, BindValues], list[Row]]
"""Runs a statement with its bind values and returns its rows."""

Steps = Generator[tuple[str, BindValues], list[Row], T]
"""A read that knows no driver: it yields a statement with its bind values, is sent the rows, and returns its result."""


def drive(steps: Steps[T], rows: Rows) -> T:
    """Run each statement of the steps, and return their result."""
    try:
        statement = steps.send(None)  # type: ignore[arg-type]
        while True:
            statement = steps.send(rows(*statement))
    except StopIteration as done:
        result: T = done.value
        return result


@dataclass
class Reader:
    """The two ways to read in one transaction: statements as the driver takes them, or a function that is called with a session."""

    rows: Rows
    ask: Callable[[Callable[[Session], Any]], Any]


class NeedsSession(Exception):
    """A function needs a session, and this reader has none."""


def refuse_session(_function: Callable[[Session], Any]) -> Any:
    """Refuse a function that needs a session: the `ask` of a reader that has none."""
    raise NeedsSession


def reader_on(session: Session) -> Reader:
    """Make a reader in the transaction of a session. Its functions get another session, without the objects of this one."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection

    def ask(function: Callable[[Session], Any]) -> Any:
        with Session(connection, autoflush=False) as other:
            return function(other)

    return Reader(lambda text, values: driver.execute(text, values).fetchall(), ask)
