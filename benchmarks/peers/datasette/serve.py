"""A peer of claimkb: Datasette with datasette-graphql, on SQLite, as `datasette serve` runs it but without its log of requests.

Start it with the Python of the virtual environment that requirements.txt was installed into.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette

LIMITS = {"datasette-graphql": {"time_limit_ms": 60_000, "num_queries_limit": 1000}}
SETTINGS = {
    "num_sql_threads": int(os.environ.get("PEER_THREADS", "0")),  # on one core, threads only hand over
    "sql_time_limit_ms": 10_000,
    "default_cache_ttl": 0,
    "suggest_facets": False,
}


def measured(app: Any) -> Callable[[Any, Any, Any], Awaitable[None]]:
    """Say how long an answer is, which Datasette leaves out, so that any client can read it."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        held: list[Any] = []

        async def say(message: Any) -> None:
            if message["type"] == "http.response.start":
                held.append(message)
                return
            if held:
                start = held.pop()
                if not message.get("more_body"):
                    length = (b"content-length", str(len(message.get("body", b""))).encode())
                    start = {**start, "headers": [*start["headers"], length]}
                await send(start)
            await send(message)

        await app(scope, receive, say)

    return answer


if __name__ == "__main__":
    file = os.environ["CLAIMKB_DATABASE_URL"].removeprefix("sqlite:///")
    datasette = Datasette(
        [file], metadata={"plugins": LIMITS}, settings=SETTINGS, plugins_dir=str(Path(__file__).parent / "plugins")
    )
    server = uvicorn.Server(
        uvicorn.Config(
            measured(datasette.app()),
            host="127.0.0.1",
            port=int(os.environ["CLAIMKB_PORT"]),
            log_level="critical",
            access_log=False,
            lifespan="on",
        )
    )

    async def main() -> None:
        """Load the plugins, and serve."""
        await datasette.invoke_startup()
        await server.serve()

    asyncio.run(main())
