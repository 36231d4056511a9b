"""Which files are the same for everybody? Each is written and compressed once, when it is first asked for, and then only sent."""

import gzip
import hashlib
from collections.abc import Callable
from functools import cached_property
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from claimkb.graphql.execution.operation_request import Refused
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.transport.authentication import address_of, spend
from claimkb.graphql.transport.requests import JSON, request_id_of
from claimkb.graphql.transport.responses import refusal

COST = 10
"""What it costs to be sent a file, of what an address may run up."""

REVISABLE = "no-cache"
"""How long a browser may keep a file that another version of the program may have otherwise: it asks each time."""


class File:
    """A file that is the same for everybody as long as the program runs."""

    def __init__(self, write: Callable[[], bytes], media: str, keep: str = REVISABLE) -> None:
        self._write, self.media, self.keep = write, media, keep
        self._lock = Lock()

    @cached_property
    def body(self) -> bytes:
        """What is in it."""
        return self._write()

    @cached_property
    def compressed(self) -> bytes:
        """The same, compressed."""
        return gzip.compress(self.body, mtime=0)

    @cached_property
    def etag(self) -> str:
        """The tag by which a client tells that it has it already."""
        return etag_of(self.body)

    def make_ready(self) -> None:
        """Write and compress it, once, whoever asks meanwhile."""
        with self._lock:
            _ = self.etag, self.compressed

    async def answer(self, request: Request) -> Response:
        """Answer with it, compressed where that is accepted; with nothing where the client has it."""
        if "compressed" not in vars(self):
            await run_in_threadpool(self.make_ready)
        headers = {"etag": self.etag, "cache-control": self.keep, "vary": "Accept-Encoding"}
        if is_not_modified(request, self.etag):
            return Response(None, 304, headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.body, 200, headers, self.media)
        return Response(self.compressed, 200, {**headers, "content-encoding": "gzip"}, self.media)


def etag_of(body: bytes) -> str:
    """Make the tag of what is answered (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_not_modified(request: Request, etag: str) -> bool:
    """Tell whether a client has what it asks for already."""
    return etag in request.headers.get("if-none-match", "")


def route(path: str, find: Callable[[Request], File | None], rates: RateLimits) -> Route:
    """Make the route of files: each is charged to the address that asks."""

    async def answer(request: Request) -> Response:
        try:
            spend(rates, address_of(request), COST)
            file = find(request)
            if file is None:
                raise HTTPException(404, "There is no such file")
        except Refused as refused:
            return refusal(refused, JSON, request_id_of(request))
        return await file.answer(request)

    return Route(path, answer, methods=["GET"])
