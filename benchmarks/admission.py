"""How much more does a request with a token cost than one without? Both in turn, in one run, against the same application.

Run with `make bench`. The bound is 100 µs at the median.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from claimkb.actions import accounts
from claimkb.app import app_of
from claimkb.graphql.limits.settings import Limits
from claimkb.identity import COMMAND_LINE, AnonymousAccess
from claimkb.settings import Settings, open_desk
from claimkb.store import migrations

ROUNDS = 3_000
BODY = json.dumps({"query": "{ claimants(first: 20) { nodes { id name } } }"}).encode()


async def ask(app: Any, headers: list[tuple[bytes, bytes]]) -> float:
    """Send one request to the application, without a network; give the seconds that it took."""
    given = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), *headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "headers": given,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    began = time.perf_counter()
    await app(scope, receive, send)
    took = time.perf_counter() - began
    if sent[0]["status"] != 200:
        raise RuntimeError(sent)
    return took


async def measure(app: Any, secret: str) -> tuple[list[float], list[float]]:
    """Send requests with and without a token, in turn."""
    with_token = [(b"authorization", f"Bearer {secret}".encode())]
    without: list[float] = []
    shown: list[float] = []
    for number in range(ROUNDS):
        for headers, taken in ((with_token, shown), ([], without)) if number % 2 else (([], without), (with_token, shown)):
            taken.append(await ask(app, headers))
    return without[ROUNDS // 10 :], shown[ROUNDS // 10 :]


def main() -> None:
    """Measure, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_desk(Settings(database_url=f"sqlite:///{Path(folder)}/claimkb.db"))
        migrations.upgrade(desk.database)
        with desk.work(COMMAND_LINE) as work:
            account = accounts.create_account(work, accounts.CreateAccount(name="Ada", role="ADMIN"))
            token = accounts.create_token(work, accounts.CreateToken(account_id=account.id, name="benchmark"))
        app = app_of(desk, Limits(rate_cost=10**9), anonymous=AnonymousAccess(public_read=True))
        without, shown = asyncio.run(measure(app, str(token.secret)))
        desk.database.close()
    difference = (statistics.median(shown) - statistics.median(without)) * 1e6
    ratio = statistics.median(shown) / statistics.median(without)
    print(f"with a token {ratio:.3f} times the time without, at the median: {difference:+.0f} µs")
    sys.exit(difference > 100)


if __name__ == "__main__":
    main()
