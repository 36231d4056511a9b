"""Which files are the same for every client? Each is generated and compressed once, at its first request."""

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

from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.transport.authentication import address_of, spend
from claimkb.graphql.transport.requests import JSON, request_id_of
from claimkb.graphql.transport.responses import refusal

COST = 10
"""What a file costs, taken from the bucket of the address that requests it."""

REVISABLE = "no-cache"
"""The Cache-Control of a file that may change with the version of the program: a browser asks each time."""


class File:
    """A file that is the same for every client as long as the program runs."""

    def __init__(self, write: Callable[[], bytes], media: str, keep: str = REVISABLE) -> None:
        self._write, self.media, self.keep = write, media, keep
        self._lock = Lock()

    @cached_property
    def body(self) -> bytes:
        """The content."""
        return self._write()

    @cached_property
    def compressed(self) -> bytes:
        """The content, compressed by gzip."""
        return gzip.compress(self.body, mtime=0)

    @cached_property
    def etag(self) -> str:
        """The entity tag, by which a client asks whether its copy is current."""
        return etag_of(self.body)

    def make_ready(self) -> None:
        """Generate and compress the content, once, however many requests wait for it."""
        with self._lock:
            _ = self.etag, self.compressed

    async def answer(self, request: Request) -> Response:
        """Answer with the content, compressed if the client accepts that; with 304 if its copy is current."""
        if "compressed" not in vars(self):
            await run_in_threadpool(self.make_ready)
        headers = {"etag": self.etag, "cache-control": self.keep, "vary": "Accept-Encoding"}
        if is_not_modified(request, self.etag):
            return Response(None, 304, headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.body, 200, headers, self.media)
        return Response(self.compressed, 200, {**headers, "content-encoding": "gzip"}, self.media)


def etag_of(body: bytes) -> str:
    """Make the entity tag of a body (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def is_not_modified(request: Request, etag: str) -> bool:
    """Tell whether the copy of a client is current (RFC 9110, 13.1.2)."""
    return etag in request.headers.get("if-none-match", "")


def route(path: str, find: Callable[[Request], File | None], rates: RateLimits) -> Route:
    """Make the route of files; each request is charged to its address."""

    async def answer(request: Request) -> Response:
        try:
            spend(rates, address_of(request), COST)
            file = find(request)
            if file is None:
                raise HTTPException(404, "There is no such file")
        except RequestError as refused:
            return refusal(refused, JSON, request_id_of(request))
        return await file.answer(request)

    return Route(path, answer, methods=["GET"])
