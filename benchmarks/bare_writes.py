"""The limit of writes: the statements that claimkb runs, with their values, by the driver alone. No account, no rule, no GraphQL."""

import os
import pickle
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import psycopg
import uvicorn

URL = os.environ["CLAIMKB_DATABASE_URL"]
STATEMENTS: dict[str, Sequence[tuple[str, Any]]] = pickle.loads(Path(os.environ["STATEMENTS"]).read_bytes())


def _connect() -> Callable[[Sequence[tuple[str, Any]]], None]:
    """Connect; give what runs statements in a transaction."""
    if URL.startswith("sqlite"):
        connection: Any = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
            connection.execute(f"PRAGMA {pragma}")
    else:
        connection = psycopg.connect(URL, autocommit=True)
    begin = "BEGIN IMMEDIATE" if URL.startswith("sqlite") else "BEGIN"

    def run(statements: Sequence[tuple[str, Any]]) -> None:
        connection.execute(begin)
        for text, values in statements:
            done = connection.execute(text, values)
            if done.description is not None:
                done.fetchall()
        connection.execute("COMMIT")

    return run


run = _connect()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer a request."""
    if scope["type"] != "http":
        return
    asked = orjson.loads((await receive())["body"])
    if "input" in asked["variables"]:  # else somebody asks whether it answers
        run(STATEMENTS[asked["variables"]["input"]["predictionId"]])
    body = orjson.dumps({"data": {"resolvePrediction": {"userErrors": []}}})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["CLAIMKB_PORT"]), log_level="warning", access_log=False, lifespan="off")
