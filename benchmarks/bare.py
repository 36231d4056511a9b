"""The limit: what a server in Python can do at best. No GraphQL, no account, no limit; SQL that is written by hand, rows, JSON."""

import os
import sqlite3
from collections.abc import Callable
from typing import Any

import orjson
import psycopg
import uvicorn

from claimkb.domain.reference import global_id
from claimkb.store.values import instant_of_text, uuid_of_hex, write_instant

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


def _connect() -> Callable[[str, Any], list[Any]]:
    """Connect; give what runs a statement."""
    if IS_SQLITE:
        connection: Any = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None)
        return lambda text, values: connection.execute(text, values).fetchall()
    server: Any = psycopg.connect(URL, autocommit=True)
    return lambda text, values: server.execute(text.replace("?", "%s"), values).fetchall()


rows = _connect()
_uuid = uuid_of_hex if IS_SQLITE else str
_instant = instant_of_text if IS_SQLITE else write_instant


def q1(variables: Any) -> Any:
    """One claim with its places, its prediction and outcomes."""
    id_, statement, name, prediction, question, due_on, status = rows(
        CLAIM, (variables["id"].replace("-", "" if IS_SQLITE else "-"),)
    )[0]
    places = [
        {"paragraph": paragraph, "source": {"title": title, "url": url, "publishedOn": day}}
        for paragraph, title, url, day in rows(PLACES, (id_,))
    ]
    outcomes = [{"verdict": verdict, "occurredOn": day, "rationale": why} for verdict, day, why in rows(OUTCOMES, (prediction,))]
    about = {"question": question, "dueOn": due_on, "status": status, "outcomes": {"nodes": outcomes}}
    claim = {"id": global_id("Claim", _uuid(id_)), "statement": statement, "claimant": {"name": name}}
    return {"claim": {**claim, "appearances": {"nodes": places}, "prediction": about}}


def q2(_: Any) -> Any:
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
        for id_, question, due_on, claim, statement, name, title, publisher in rows(OVERDUE.format(today=today), ())
    ]
    return {"predictions": {"nodes": nodes}}


def q3(_: Any) -> Any:
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
        for id_, statement, kind, voice, hedged, made, name in rows(PAGE, ())[:100]
    ]
    return {"claims": {"nodes": nodes}}


ANSWERS = {"Q1": q1, "Q2": q2, "Q3": q3}


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request by the name of its operation."""
    if scope["type"] != "http":
        return
    asked = orjson.loads((await receive())["body"])
    body = orjson.dumps({"data": ANSWERS[asked["operationName"]](asked["variables"])})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["CLAIMKB_PORT"]), log_level="warning", access_log=False, lifespan="off")
