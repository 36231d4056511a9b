"""How are measurements shown? As a table of answers a second and of ratios, and as a picture of them."""

import json
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent

Found = dict[str, dict[str, list[float]]]
"""Answers a second: of a server, to a query, in each round."""

OWN = "claimkb"
WIDTH, BAR, GAP = 640, 14, 4
COLOURS, OTHERS = {OWN: "#1f6feb", "the limit": "#8b949e"}, "#d0d7de"


def best(found: Found, server: str, name: str) -> float:
    """Take the best of the rounds: whatever else the machine did only slowed it down."""
    return max(found[server][name])


def table(engine: str, found: Found) -> str:
    """Write what was found on an engine: answers a second with their spread, and claimkb against each other server."""
    names = list(found[OWN])
    lines = [f"\n| {engine} | " + " | ".join(names) + " |", "|---|" + "--:|" * len(names)]
    for server, by_query in found.items():
        cells = [f"{max(rates):,.0f} (±{(max(rates) - min(rates)) / max(rates):.0%})" for rates in by_query.values()]
        lines.append(f"| {server} | " + " | ".join(cells) + " |")
    for other in found:
        if other != OWN:
            cells = [f"{best(found, OWN, name) / best(found, other, name):.2f}" for name in names]
            lines.append(f"| **claimkb against {other}** | " + " | ".join(cells) + " |")
    return "\n".join(lines)


Bar = tuple[str, float, str, str]
"""A bar: what stands before it, how long it is, what stands behind it, and its colour."""


def bars(groups: Iterable[tuple[str, Sequence[Bar]]]) -> str:
    """Draw groups of bars, each under its title; the longest of a group is as wide as the picture (SVG)."""
    parts: list[str] = []
    y = 10
    for title, group in groups:
        y += 22
        parts.append(f'<text x="8" y="{y - 6}" font-weight="bold">{title}</text>')
        most = max(length for _, length, _, _ in group)
        for before, length, behind, colour in group:
            wide = length / most * (WIDTH - 260)
            parts.append(f'<text x="8" y="{y + BAR - 3}">{before}</text>')
            parts.append(f'<rect x="150" y="{y}" width="{wide:.0f}" height="{BAR}" fill="{colour}"/>')
            parts.append(f'<text x="{156 + wide:.0f}" y="{y + BAR - 3}">{behind}</text>')
            y += BAR + GAP
        y += 8
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + 10}" font-family="sans-serif" font-size="11">'
    return head + '<rect width="100%" height="100%" fill="white"/>' + "".join(parts) + "</svg>\n"


def picture(found: dict[str, Found]) -> str:
    """Draw claimkb against each server as bars, a group for each query of each engine (SVG)."""

    def group(of_engine: Found, name: str) -> list[Bar]:
        rates = sorted(((best(of_engine, server, name), server) for server in of_engine), reverse=True)
        return [(server, rate, f"{rate:,.0f}", COLOURS.get(server, OTHERS)) for rate, server in rates]

    return bars((f"{engine}, {name}", group(of_engine, name)) for engine, of_engine in found.items() for name in of_engine[OWN])


def own_versions() -> dict[str, str]:
    """Name the versions of what claimkb was measured with."""
    names = ("strawberry-graphql", "uvicorn", "orjson", "asyncpg", "psycopg")
    own = {name: version(name) for name in names}
    return {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version, **own}


def versions() -> str:
    """Name the versions of what was measured."""
    node = {
        name: number
        for peer in ("mercurius", "postgraphile")
        for name, number in json.loads((HERE / "peers" / peer / "package.json").read_text())["dependencies"].items()
    }
    pinned = (HERE / "peers/datasette/requirements.txt").read_text().split()
    datasette = dict(each.split("==") for each in pinned if each.startswith("datasette") and "==" in each)
    known = {**own_versions(), **node, **datasette}
    return ", ".join(f"{name} {number}" for name, number in known.items())


def write(found: dict[str, Found], wrote: dict[str, Found], size: float) -> None:
    """Write the table and the picture."""
    tables, writes = ("\n".join(table(engine, each) for engine, each in one.items()) for one in (found, wrote))
    text = f"""# How fast reads and writes are

Answers a second over 16 connections: the server on one core of two, the load on the other, the best of the rounds and the spread between them. All servers had the same rows (size {size:g}: {200_000 * size:,.0f} claims,
{100_000 * size:,.0f} predictions), were measured in turn, and gave the same answers. Machines differ: the ratios are what counts. Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}.

Q1 is one claim with its places, its prediction and outcomes; Q2 fifty overdue predictions with claim, claimant and source; Q3 a page of a hundred claims; Q4 the first twenty claims that a full-text search finds.
"The limit" has no GraphQL, no accounts and no limits: SQL that is written by hand, rows, JSON. "Its executor" is claimkb with `CLAIMKB_PLANS=false`.

![Answers a second](results.svg)
{tables}

## Writes

W1 resolves a prediction with a source and a quote: some twenty-five statements in a transaction, with four revisions, what is searched, and what subscribers are told. "By hand" runs the same statements with the same values by the driver alone.
The database is in memory, where a commit costs nothing: on a disk that takes a millisecond or more to keep it, all come closer together.
{writes}

Versions: {versions()}. better-sqlite3 brings a newer SQLite of its own.
"""
    (HERE / "RESULTS.md").write_text(text)
    (HERE / "results.svg").write_text(picture(found))
