"""The limit: what a server in Python can do at best. No GraphQL, no account, no limit; SQL that is written by hand, rows, JSON."""

import os
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import orjson
import uvicorn

from claimkb.domain.reference import global_id
from claimkb.store.engine.values import instant_of_text, uuid_of_hex, write_instant

URL = os.environ["CLAIMKB_DATABASE_URL"]
IS_SQLITE = URL.startswith("sqlite")

CLAIM = """SELECT c.id, c.statement, m.name, p.id, p.question, p.due_on, p.status FROM claim c
 LEFT JOIN claimant m ON m.id = c.claimant_id LEFT JOIN prediction p ON p.claim_id = c.id WHERE c.id = ?"""
PLACES = """SELECT a.paragraph, s.title, s.url, s.published_on FROM appearance a JOIN source s ON s.id = a.source_id
 WHERE a.claim_id = ? ORDER BY a.created_at, a.id LIMIT 21"""
OUTCOMES = "SELECT verdict, occurred_on, rationale FROM outcome WHERE prediction_id = ? ORDER BY recorded_at, id LIMIT 21"
OVERDUE = """SELECT p.id, p.question, p.due_on, c.id, c.statement, m.name, s.title, s.publisher FROM prediction p
 JOIN claim c ON c.id = p.claim_id LEFT JOIN claimant m ON m.id = c.claimant_id
 LEFT JOIN appearance a ON a.claim_id = c.id LEFT JOIN source s ON s.id = a.source_id
 WHERE (p.status = 'OPEN' OR p.status = 'PROPOSED') AND coalesce(p.due_on, p.review_on) < {today}
 AND p.due_on IS NOT NULL ORDER BY coalesce(p.due_on, p.review_on), p.id LIMIT 50"""
PAGE = """SELECT c.id, c.statement, c.kind, c.voice, c.is_hedged, c.created_at, m.name FROM claim c
 LEFT JOIN claimant m ON m.id = c.claimant_id ORDER BY c.created_at, c.id LIMIT 101"""


FOUND = {
    True: """SELECT c.id, c.statement, c.kind FROM search_entry e JOIN claim c ON c.id = e.record_id
 WHERE e.position IN (SELECT rowid FROM search_index WHERE search_index MATCH ?) AND e.kind = 'CLAIM'
 ORDER BY e.position DESC LIMIT 20""",
    False: """SELECT c.id, c.statement, c.kind FROM search_entry e JOIN claim c ON c.id = e.record_id
 WHERE to_tsvector('simple'::regconfig, e.words) @@ to_tsquery('simple'::regconfig, ?) AND e.kind = 'CLAIM'
 ORDER BY e.position DESC LIMIT 20""",
}[IS_SQLITE]


def _connect() -> Callable[[str, Any], Awaitable[list[Any]]]:
    """Connect; give what runs a statement."""
    if IS_SQLITE:
        connection: Any = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None)

        async def read(text: str, values: Any) -> list[Any]:
            found: list[Any] = connection.execute(text, values).fetchall()
            return found

        return read
    pool: list[Any] = []

    async def fetch(text: str, values: Any) -> list[Any]:
        server = pool.pop() if pool else await asyncpg.connect(URL)
        try:
            found: list[Any] = await server.fetch(text.replace("?", "$1"), *values)
            return found
        finally:
            pool.append(server)

    return fetch


rows = _connect()
_uuid = uuid_of_hex if IS_SQLITE else str
_instant = instant_of_text if IS_SQLITE else write_instant


async def q1(variables: Any) -> Any:
    """One claim with its places, its prediction and outcomes."""
    found = await rows(CLAIM, (variables["id"].replace("-", "" if IS_SQLITE else "-"),))
    id_, statement, name, prediction, question, due_on, status = found[0]
    places = [
        {"paragraph": paragraph, "source": {"title": title, "url": url, "publishedOn": day}}
        for paragraph, title, url, day in await rows(PLACES, (id_,))
    ]
    outcomes = [
        {"verdict": verdict, "occurredOn": day, "rationale": why} for verdict, day, why in await rows(OUTCOMES, (prediction,))
    ]
    about = {"question": question, "dueOn": due_on, "status": status, "outcomes": {"nodes": outcomes}}
    claim = {"id": global_id("Claim", _uuid(id_)), "statement": statement, "claimant": {"name": name}}
    return {"claim": {**claim, "appearances": {"nodes": places}, "prediction": about}}


async def q2(_: Any) -> Any:
    """Fifty overdue predictions with claim and source."""
    today = "date('now')" if IS_SQLITE else "current_date"
    nodes = [
        {
            "id": global_id("Prediction", _uuid(id_)),
            "question": question,
            "dueOn": due_on,
            "claim": {
                "id": global_id("Claim", _uuid(claim)),
                "statement": statement,
                "claimant": {"name": name},
                "appearances": {"nodes": [{"source": {"title": title, "publisher": publisher}}]},
            },
        }
        for id_, question, due_on, claim, statement, name, title, publisher in await rows(OVERDUE.format(today=today), ())
    ]
    return {"predictions": {"nodes": nodes}}


async def q3(_: Any) -> Any:
    """A page of a hundred claims."""
    nodes = [
        {
            "id": global_id("Claim", _uuid(id_)),
            "statement": statement,
            "kind": kind,
            "voice": voice,
            "isHedged": bool(hedged),
            "createdAt": _instant(made),
            "claimant": {"name": name},
        }
        for id_, statement, kind, voice, hedged, made, name in (await rows(PAGE, ()))[:100]
    ]
    return {"claims": {"nodes": nodes}}


async def q4(variables: Any) -> Any:
    """The first twenty claims with these words."""
    words = variables["words"].lower().split()
    match = " AND ".join(f'"{word}"*' for word in words) if IS_SQLITE else " & ".join(f"'{word}':*" for word in words)
    nodes = [
        {"id": global_id("Claim", _uuid(id_)), "statement": statement, "kind": kind}
        for id_, statement, kind in await rows(FOUND, (match,))
    ]
    return {"search": {"nodes": nodes}}


ANSWERS = {"Q1": q1, "Q2": q2, "Q3": q3, "Q4": q4}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request by the name of its operation."""
    if scope["type"] != "http":
        return
    asked = orjson.loads((await receive())["body"])
    body = orjson.dumps({"data": await ANSWERS[asked["operationName"]](asked["variables"])})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["CLAIMKB_PORT"]), log_level="warning", access_log=False, lifespan="off")
