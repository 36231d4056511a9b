"""A value that can't be read at all is named, and ends nothing with a crash. PostgreSQL takes no such value."""

from typing import Any

import pytest

from claimkb.actions.work import Desk
from claimkb.domain.verification import Finding, Trace
from claimkb.store import verification
from tests.builders import a_claim, a_prediction, a_source, resolved


@pytest.mark.parametrize(
    ("table", "column", "value", "kind", "has_id"),
    [
        ("revision", "recorded_at", "yesterday", "Revision", True),
        ("revision", "recorded_at", 7, "Revision", True),
        ("revision", "version", "one", "Revision", True),
        ("revision", "record_id", "nobody", "Revision", True),
        ("revision", "id", "nobody", "Revision", False),
        ("revision", "after", b"\xff", "Revision", True),
        ("revision", "after", memoryview(b"{}"), "Revision", True),
        ("claim", "statement", b"\xc3(", "Claim", True),
        ("claim", "updated_at", "2026-13-40", "Claim", True),
        ("claim", "voice", "SHOUTED", "Claim", True),
        ("outcome", "occurred_on", "2026-02-30", "Outcome", True),
        ("outcome", "verdict", "PERHAPS", "Outcome", True),
        ("source", "published_on", "soon", "Source", True),
    ],
)
def test_a_value_that_cannot_be_read_is_named(
    sqlite_desk: Desk, table: str, column: str, value: Any, kind: str, has_id: bool
) -> None:
    resolved(sqlite_desk, a_prediction(sqlite_desk))
    a_source(sqlite_desk)
    a_claim(sqlite_desk)
    with sqlite_desk.database.connection() as connection:
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name LIKE 'keep%'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = on")
        written = f"CAST(X'{value.hex()}' AS TEXT)" if isinstance(value, bytes) else "?"
        first = f"(SELECT min(rowid) FROM {table})"
        values = () if isinstance(value, bytes) else (value,)
        connection.exec_driver_sql(f"UPDATE {table} SET {column} = {written} WHERE rowid = {first}", values)
    found = list(verification.find(sqlite_desk.database))
    last = [each for each in found if each.trace is Trace.VALUE]
    assert [(each.kind, each.field, each.record_id is not None) for each in last] == [(kind, column, has_id)]


def test_an_error_that_no_value_explains_is_raised(sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_claim(sqlite_desk)
    monkeypatch.setattr(verification, "PAGE", "many")
    with pytest.raises(ValueError, match="many"):
        list[Finding](verification.find(sqlite_desk.database))
