"""A peer of claimkb: Strawberry as a good engineer tunes it. No ORM: rows, data loaders, one SQL statement a level, caches, orjson.

The part of claimkb's schema that the benchmark's documents ask for, on SQLite (sqlite3) and on PostgreSQL (psycopg).
"""

import asyncio
import binascii
import json
import os
import re
import sqlite3
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import orjson
import psycopg
import strawberry
import uvicorn
from psycopg.types.string import TextLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

URL = os.environ["CLAIMKB_DATABASE_URL"]
IS_SQLITE = URL.startswith("sqlite")
USUAL = 20
LONG_OVERDUE_DAYS = 30
CONNECTIONS = 8


class ClaimRow(NamedTuple):
    """A row of a claim, as its level selects it."""

    key: str
    statement: str
    kind: str
    voice: str
    hedged: bool
    made: str
    claimant_id: str | None


class ClaimantRow(NamedTuple):
    """A row of a claimant."""

    key: str
    name: str


class SourceRow(NamedTuple):
    """A row of a source."""

    key: str
    title: str
    url: str | None
    publisher: str | None
    published_on: str | None


class AppearanceRow(NamedTuple):
    """A row of an appearance."""

    key: str
    paragraph: int | None
    claim_id: str
    source_id: str


class PredictionRow(NamedTuple):
    """A row of a prediction."""

    key: str
    question: str
    due_on: str | None
    status: str
    claim_id: str


class OutcomeRow(NamedTuple):
    """A row of an outcome."""

    key: str
    verdict: str
    occurred_on: str | None
    rationale: str
    prediction_id: str


class Page(NamedTuple):
    """The rows of a page."""

    nodes: Sequence[Any]


COLUMNS: dict[str, tuple[type[Any], str]] = {
    "claim": (ClaimRow, "t.id, t.statement, t.kind, t.voice, t.is_hedged, t.created_at, t.claimant_id"),
    "claimant": (ClaimantRow, "t.id, t.name"),
    "source": (SourceRow, "t.id, t.title, t.url, t.publisher, t.published_on"),
    "appearance": (AppearanceRow, "t.id, t.paragraph, t.claim_id, t.source_id"),
    "prediction": (PredictionRow, "t.id, t.question, t.due_on, t.status, t.claim_id"),
    "outcome": (OutcomeRow, "t.id, t.verdict, t.occurred_on, t.rationale, t.prediction_id"),
}
QUEUE = """(t.status = 'OPEN' OR t.status = 'PROPOSED') AND coalesce(t.due_on, t.review_on) >= {first}
 AND coalesce(t.due_on, t.review_on) <= {last} AND t.due_on IS NOT NULL ORDER BY coalesce(t.due_on, t.review_on), t.id LIMIT $3"""


class Sqlite:
    """Rows of a SQLite file, read in the loop: a statement takes less time than a thread would to take over."""

    find = "e.position FROM search_entry e WHERE e.position IN (SELECT rowid FROM search_index WHERE search_index MATCH $1)"
    queue = QUEUE.format(first="$1", last="$2")

    async def open(self) -> None:
        """Connect."""
        file = URL.removeprefix("sqlite:///")
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, cached_statements=256)
        for pragma in ("query_only=ON", "cache_size=-65536", "mmap_size=1073741824"):
            self._connection.execute(f"PRAGMA {pragma}")

    async def close(self) -> None:
        """Let go."""
        self._connection.close()

    async def ask(self, text: str, values: Sequence[Any]) -> list[Any]:
        """Run a statement."""
        return self._connection.execute(text.replace("$", "?"), values).fetchall()

    async def by_keys(self, table: str, column: str, keys: Sequence[str]) -> list[Any]:
        """Select the rows that have one of these keys."""
        text = f"SELECT {COLUMNS[table][1]} FROM json_each($1) k CROSS JOIN {table} t ON t.{column} = k.value"
        return await self.ask(text, (json.dumps(keys),))

    async def lists_by_keys(self, table: str, column: str, order: str, keys: Sequence[str], first: int) -> list[Any]:
        """Select the first rows of the list of each key: a prepared statement a key, which in the process beats a window function."""
        text = f"SELECT {COLUMNS[table][1]} FROM {table} t WHERE t.{column} = ?1 ORDER BY t.{order}, t.id LIMIT ?2"
        run = self._connection.execute
        return [row for key in keys for row in run(text, (key, first))]

    @staticmethod
    def words(words: Sequence[str]) -> str:
        """Write a search for FTS5."""
        return " AND ".join(f'"{word}"' + ("*" if len(word) >= 3 else "") for word in words)

    @staticmethod
    def key(uuid: str) -> str:
        """Write a UUID as the file keeps it."""
        return uuid.replace("-", "")

    @staticmethod
    def uuid(key: str) -> str:
        """Write a key as a UUID."""
        return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


class Postgres:
    """Rows of PostgreSQL, over a few connections; statements are prepared at their first run."""

    find = "e.position FROM search_entry e WHERE to_tsvector('simple'::regconfig, e.words) @@ to_tsquery('simple'::regconfig, $1)"
    queue = QUEUE.format(first="$1::date", last="$2::date")

    async def open(self) -> None:
        """Connect."""
        self._free: asyncio.LifoQueue[psycopg.AsyncConnection[Any]] = asyncio.LifoQueue()
        for _ in range(CONNECTIONS):
            connection = await psycopg.AsyncConnection.connect(
                URL, autocommit=True, cursor_factory=psycopg.AsyncRawCursor, prepare_threshold=0, options="-c timezone=UTC"
            )
            for type_ in ("uuid", "date", "timestamptz"):
                connection.adapters.register_loader(type_, TextLoader)
            self._free.put_nowait(connection)

    async def close(self) -> None:
        """Let go."""
        while not self._free.empty():
            await self._free.get_nowait().close()

    async def ask(self, text: str, values: Sequence[Any]) -> list[Any]:
        """Run a statement."""
        connection = await self._free.get()
        try:
            return await (await connection.execute(text, values)).fetchall()
        finally:
            self._free.put_nowait(connection)

    async def by_keys(self, table: str, column: str, keys: Sequence[str]) -> list[Any]:
        """Select the rows that have one of these keys."""
        return await self.ask(f"SELECT {COLUMNS[table][1]} FROM {table} t WHERE t.{column} = ANY($1::uuid[])", (list(keys),))

    async def lists_by_keys(self, table: str, column: str, order: str, keys: Sequence[str], first: int) -> list[Any]:
        """Select the first rows of the list of each key."""
        text = (
            f"SELECT l.* FROM unnest($1::uuid[]) AS k(key) CROSS JOIN LATERAL (SELECT {COLUMNS[table][1]} FROM {table} t"
            f" WHERE t.{column} = k.key ORDER BY t.{order}, t.id LIMIT $2) l"
        )
        return await self.ask(text, (list(keys), first))

    @staticmethod
    def words(words: Sequence[str]) -> str:
        """Write a search for PostgreSQL."""
        return " & ".join(f"'{word}'" + (":*" if len(word) >= 3 else "") for word in words)

    @staticmethod
    def key(uuid: str) -> str:
        """Write a UUID as the database takes it."""
        return uuid

    @staticmethod
    def uuid(key: str) -> str:
        """Write a key as a UUID."""
        return key


db: Sqlite | Postgres = Sqlite() if IS_SQLITE else Postgres()


def global_id(kind: str, key: str) -> str:
    """Write an id as claimkb does."""
    return binascii.b2a_base64(f"{kind}:{db.uuid(key)}".encode(), newline=False).rstrip(b"=").decode()


def key_of(id_: str) -> str:
    """Read an id: a UUID, or one that claimkb wrote."""
    if len(id_) == 36:
        return db.key(id_)
    return db.key(binascii.a2b_base64(id_ + "=" * (-len(id_) % 4)).decode().partition(":")[2])


def instant(text: str) -> str:
    """Write an instant of either database in UTC, with a Z."""
    part = text[19:].removesuffix("+00")
    return f"{text[:10]}T{text[11:19]}{'' if part in ('', '.000000') else part.ljust(7, '0')}Z"


def to_one(table: str, column: str = "id", at: int = 0) -> Callable[[list[str]], Awaitable[list[Any]]]:
    """Load the row that has a key: one statement for all keys."""
    make = COLUMNS[table][0]._make

    async def load(keys: list[str]) -> list[Any]:
        found = {row[at]: make(row) for row in await db.by_keys(table, column, keys)}
        return [found.get(key) for key in keys]

    return load


def to_many(table: str, column: str, at: int, order: str) -> Callable[[list[tuple[str, int]]], Awaitable[list[Page]]]:
    """Load the first rows of the list that belongs to a key: one statement for all keys."""
    make = COLUMNS[table][0]._make

    async def load(wanted: list[tuple[str, int]]) -> list[Page]:
        most = max(first for _, first in wanted)
        found: dict[str, list[Any]] = {key: [] for key, _ in wanted}
        for row in await db.lists_by_keys(table, column, order, list(found), most):
            found[row[at]].append(make(row))
        return [Page(found[key] if first == most else found[key][:first]) for key, first in wanted]

    return load


class Loaders:
    """The data loaders of one request, each made when it is first wanted."""

    claim = cached_property(lambda _: DataLoader(to_one("claim")))
    claimant = cached_property(lambda _: DataLoader(to_one("claimant")))
    source = cached_property(lambda _: DataLoader(to_one("source")))
    prediction_of = cached_property(lambda _: DataLoader(to_one("prediction", "claim_id", 4)))
    appearances = cached_property(lambda _: DataLoader(to_many("appearance", "claim_id", 2, "created_at")))
    outcomes = cached_property(lambda _: DataLoader(to_many("outcome", "prediction_id", 4, "recorded_at")))


Info = strawberry.Info[Loaders, None]


def of(row: type[Any]) -> Callable[[Any, Any], bool]:
    """Tell a type's rows from others, where a union has to."""
    return lambda found, _: isinstance(found, row)


@strawberry.type
class Claimant:
    """Who asserts."""

    is_type_of = of(ClaimantRow)
    name: str

    @strawberry.field
    def id(self: Any) -> strawberry.ID:
        """Write the id."""
        return strawberry.ID(global_id("Claimant", self.key))


@strawberry.type
class Source:
    """Where it stands."""

    is_type_of = of(SourceRow)
    title: str
    url: str | None
    publisher: str | None
    published_on: str | None

    @strawberry.field
    def id(self: Any) -> strawberry.ID:
        """Write the id."""
        return strawberry.ID(global_id("Source", self.key))


@strawberry.type
class Appearance:
    """A place of a claim in a source."""

    paragraph: int | None

    @strawberry.field
    async def source(self: Any, info: Info) -> Source:
        """Load the source."""
        return await info.context.source.load(self.source_id)  # type: ignore[no-any-return]


@strawberry.type
class AppearanceConnection:
    """A page of appearances."""

    nodes: list[Appearance]


@strawberry.type
class Outcome:
    """What happened."""

    is_type_of = of(OutcomeRow)
    verdict: str
    occurred_on: str | None
    rationale: str

    @strawberry.field
    def id(self: Any) -> strawberry.ID:
        """Write the id."""
        return strawberry.ID(global_id("Outcome", self.key))


@strawberry.type
class OutcomeConnection:
    """A page of outcomes."""

    nodes: list[Outcome]


@strawberry.type
class Prediction:
    """What is to be seen."""

    is_type_of = of(PredictionRow)
    question: str
    due_on: str | None
    status: str

    @strawberry.field
    def id(self: Any) -> strawberry.ID:
        """Write the id."""
        return strawberry.ID(global_id("Prediction", self.key))

    @strawberry.field
    async def claim(self: Any, info: Info) -> Annotated["Claim", strawberry.lazy(__name__)]:
        """Load the claim."""
        return await info.context.claim.load(self.claim_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def outcomes(self: Any, info: Info, first: int = USUAL) -> OutcomeConnection:
        """Load the outcomes."""
        return await info.context.outcomes.load((self.key, first))  # type: ignore[no-any-return]


@strawberry.type
class PredictionConnection:
    """A page of predictions."""

    nodes: list[Prediction]


@strawberry.type
class Claim:
    """What is asserted."""

    is_type_of = of(ClaimRow)
    statement: str
    kind: str
    voice: str

    @strawberry.field
    def id(self: Any) -> strawberry.ID:
        """Write the id."""
        return strawberry.ID(global_id("Claim", self.key))

    @strawberry.field
    def is_hedged(self: Any) -> bool:
        """Tell whether it is weakened."""
        return bool(self.hedged)

    @strawberry.field
    def created_at(self: Any) -> str:
        """Write when it was recorded."""
        return instant(self.made)

    @strawberry.field
    async def claimant(self: Any, info: Info) -> Claimant | None:
        """Load the claimant."""
        return None if self.claimant_id is None else await info.context.claimant.load(self.claimant_id)

    @strawberry.field
    async def prediction(self: Any, info: Info) -> Prediction | None:
        """Load the prediction."""
        return await info.context.prediction_of.load(self.key)  # type: ignore[no-any-return]

    @strawberry.field
    async def appearances(self: Any, info: Info, first: int = USUAL) -> AppearanceConnection:
        """Load the places."""
        return await info.context.appearances.load((self.key, first))  # type: ignore[no-any-return]


@strawberry.type
class ClaimConnection:
    """A page of claims."""

    nodes: list[Claim]


SearchResult = Annotated[Source | Claimant | Claim | Prediction | Outcome, strawberry.union("SearchResult")]


@strawberry.type
class SearchConnection:
    """A page of what a search found."""

    nodes: list[SearchResult]


@strawberry.enum
class Timeliness(Enum):
    """How a prediction stands to the calendar, as far as the benchmark asks."""

    OVERDUE = "OVERDUE"
    LONG_OVERDUE = "LONG_OVERDUE"


@strawberry.enum
class SearchKind(Enum):
    """What a search finds."""

    SOURCE = "SOURCE"
    CLAIMANT = "CLAIMANT"
    CLAIM = "CLAIM"
    PREDICTION = "PREDICTION"
    OUTCOME = "OUTCOME"


@strawberry.input
class PredictionFilter:
    """Which predictions."""

    timeliness: list[Timeliness] | None = None


def days(timeliness: Sequence[Timeliness]) -> tuple[str, str]:
    """Tell from which day to which predictions of a timeliness wait."""
    today = datetime.now(UTC).date()
    is_late, is_long = Timeliness.OVERDUE in timeliness, Timeliness.LONG_OVERDUE in timeliness
    first = "0001-01-01" if is_long else (today - timedelta(days=LONG_OVERDUE_DAYS - 1)).isoformat()
    return first, (today - timedelta(days=1 if is_late else LONG_OVERDUE_DAYS)).isoformat()


def words_of(text: str) -> list[str]:
    """List the words of a search, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    async def claim(self, id: strawberry.ID) -> Claim | None:
        """Find a claim."""
        rows = await db.ask(f"SELECT {COLUMNS['claim'][1]} FROM claim t WHERE t.id = $1", (key_of(id),))
        return ClaimRow._make(rows[0]) if rows else None  # type: ignore[return-value]

    @strawberry.field
    async def claims(self, first: int = USUAL) -> ClaimConnection:
        """List claims."""
        rows = await db.ask(f"SELECT {COLUMNS['claim'][1]} FROM claim t ORDER BY t.created_at, t.id LIMIT $1", (first,))
        return Page([ClaimRow._make(row) for row in rows])  # type: ignore[return-value]

    @strawberry.field
    async def predictions(self, first: int = USUAL, filter: PredictionFilter | None = None) -> PredictionConnection:
        """List predictions, what has waited longest first."""
        select = f"SELECT {COLUMNS['prediction'][1]} FROM prediction t"
        if filter is not None and filter.timeliness is not None:
            rows = await db.ask(f"{select} WHERE {db.queue}", (*days(filter.timeliness), first))
        else:
            rows = await db.ask(f"{select} ORDER BY coalesce(t.due_on, t.review_on), t.id LIMIT $1", (first,))
        return Page([PredictionRow._make(row) for row in rows])  # type: ignore[return-value]

    @strawberry.field
    async def search(self, query: str, kinds: list[SearchKind] | None = None, first: int = USUAL) -> SearchConnection:
        """Search, the newest first."""
        words = words_of(query)
        if not words:
            return Page([])  # type: ignore[return-value]
        among = "" if kinds is None else f" AND e.kind IN ({', '.join(repr(kind.value) for kind in kinds)})"
        page = f"SELECT e.record_id, e.kind, {db.find}{among} ORDER BY e.position DESC LIMIT $2"
        values = (db.words(words), first)
        if kinds is not None and len(kinds) == 1:  # one kind only: its rows in the same statement
            table = kinds[0].value.lower()
            make, columns = COLUMNS[table]
            text = f"SELECT {columns} FROM ({page}) p JOIN {table} t ON t.id = p.record_id ORDER BY p.position DESC"
            return Page([make._make(row) for row in await db.ask(text, values)])  # type: ignore[return-value]
        entries = await db.ask(page, values)
        found: dict[str, Any] = {}
        for kind in {entry[1] for entry in entries}:
            make = COLUMNS[kind.lower()][0]
            for row in await db.by_keys(kind.lower(), "id", [entry[0] for entry in entries if entry[1] == kind]):
                found[row[0]] = make._make(row)
        return Page([found[entry[0]] for entry in entries])  # type: ignore[return-value]


schema = strawberry.Schema(Query, extensions=[lambda: ParserCache(maxsize=128), lambda: ValidationCache(maxsize=128)])


async def answer(request: Request) -> Response:
    """Answer a request."""
    asked = orjson.loads(await request.body())
    result = await schema.execute(asked["query"], asked.get("variables"), Loaders(), operation_name=asked.get("operationName"))
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    return Response(orjson.dumps(body), media_type="application/json")


@asynccontextmanager
async def living(_: Starlette) -> AsyncIterator[None]:
    """Connect before the first request, and let go after the last."""
    await db.open()
    yield
    await db.close()


app = Starlette(routes=[Route("/graphql", answer, methods=["POST"])], lifespan=living)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["CLAIMKB_PORT"]), log_level="critical", access_log=False)
