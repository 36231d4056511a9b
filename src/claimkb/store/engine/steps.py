"""How does a plan read without knowing a driver? It yields statements, and is sent their rows."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlmodel import Session

T = TypeVar("T")


Rows = Callable[[str, Any], list[Any]]
"""Runs a statement with its values; returns the rows as the driver gives them."""


Steps = Generator[tuple[str, Any], list[Any], T]
"""Reads without knowing how: gives one statement and its values after the other, and is sent the rows of each."""


def drive(steps: Steps[T], rows: Rows) -> T:
    """Take steps, each at once."""
    try:
        wanted = steps.send(None)  # type: ignore[arg-type]
        while True:
            wanted = steps.send(rows(*wanted))
    except StopIteration as done:
        answer: T = done.value
        return answer


@dataclass
class Reader:
    """What reads: in statements as the driver takes them, or in SQLAlchemy's way, by a question to a session."""

    rows: Rows
    ask: Callable[[Callable[[Session], Any]], Any]


def reader_on(session: Session) -> Reader:
    """Read in the transaction of a session, beneath it; what is asked in SQLAlchemy's way sees no object that the session has."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection

    def ask(question: Callable[[Session], Any]) -> Any:
        with Session(connection, autoflush=False) as other:
            return question(other)

    return Reader(lambda text, values: driver.execute(text, values).fetchall(), ask)
