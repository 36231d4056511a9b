"""How is a result written? In the media type that the request prefers, with the status of GraphQL over HTTP."""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

import mimeparse
import orjson
from starlette.responses import Response
from strawberry.types import ExecutionResult

from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.transport.requests import JSON
from claimkb.store.engine.outages import UNAVAILABLE

GRAPHQL = "application/graphql-response+json"
EVENTS = "text/event-stream"
PAGE = "text/html"

NEGOTIABLE = (JSON, GRAPHQL)
NOT_ACCEPTABLE = f"Accept one of {', '.join(NEGOTIABLE)}, or {EVENTS} for a stream."

LONGEST_ACCEPT = 1_000
"""How many characters of an Accept header are read: browsers send a sixth of that."""

_UTF8 = ("utf-8", "utf8")

Headers = list[tuple[bytes, bytes]]
"""Headers as ASGI has them."""


@dataclass(frozen=True)
class AcceptHeader:
    """A parsed Accept header: its media ranges, as mimeparse reads them, the preferred one first."""

    ranges: tuple[tuple[str, str, dict[str, str]], ...]

    @property
    def is_wildcard(self) -> bool:
        """Whether `*/*` comes first."""
        return bool(self.ranges) and self.ranges[0][:2] == ("*", "*")

    @property
    def prefers_html(self) -> bool:
        """Whether HTML comes before every type that programs read, as browsers send it."""
        return self.choose(PAGE, *NEGOTIABLE, EVENTS) == PAGE and not self.is_wildcard

    def choose(self, *offers: str) -> str | None:
        """Choose the preferred offer; None if none is accepted.

        If several ranges match an offer, the most specific counts, also when it excludes the offer (RFC 9110, 12.5.1). If several
        offers have the same quality, the one whose range comes first is taken.
        """
        qualities = {offer: float(mimeparse.quality_parsed(offer, self.ranges)) for offer in offers}
        best = max(qualities.values(), default=0.0)
        equals = [offer for offer in offers if qualities[offer] == best]
        return min(equals, key=self._position) if best > 0 else None

    def _position(self, offer: str) -> int:
        """Return the position of the first range that matches an offer."""
        kind, _, subtype = offer.partition("/")
        matches = [range_[0] in (kind, "*") and range_[1] in (subtype, "*") for range_ in self.ranges]
        return matches.index(True)


@lru_cache(100)
def parse_accept(header: str | None) -> AcceptHeader:
    """Parse an Accept header; without one every type is accepted. Skip parts that are no media range."""
    ranges = []
    for part in (header or "*/*")[:LONGEST_ACCEPT].lower().split(","):
        with suppress(mimeparse.MimeTypeParseException):
            ranges.append(mimeparse.parse_media_range(part.strip()))
    ranges = [each for each in ranges if each[2].get("charset", "utf-8") in _UTF8]
    return AcceptHeader(tuple(sorted(ranges, key=lambda each: -float(each[2]["q"]))))


def payload_of(result: ExecutionResult, request_id: str) -> dict[str, object]:
    """Shape a result as the specification says: a request error has no data."""
    payload: dict[str, object] = {}
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    if not is_request_error(result):
        payload["data"] = result.data
    return payload | {"extensions": {**(result.extensions or {}), "requestId": request_id}}


def is_request_error(result: ExecutionResult) -> bool:
    """Tell whether the errors are request errors: the operation was not executed."""
    return result.data is None and bool(result.errors) and all(error.path is None for error in result.errors or ())


def encode(value: object) -> bytes:
    """Serialize a value as JSON in UTF-8."""
    return orjson.dumps(value)


def answer(payload: object, media_type: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Make a response of JSON."""
    return Response(encode(payload), status, {"cache-control": "no-store", **(headers or {})}, f"{media_type}; charset=utf-8")


def status_of(result: ExecutionResult, media_type: str) -> tuple[int, dict[str, str]]:
    """Choose the status of a result, and its headers.

    For a request error the media type application/graphql-response+json has status 400. For both media types a rate limit has
    429, and a result with no data and no errors but outages of the database has 503.
    """
    if result.data is not None or not result.errors:
        return 200, {}
    extensions = [error.extensions or {} for error in result.errors]
    headers = {"retry-after": str(extensions[0]["retryAfter"])} if "retryAfter" in extensions[0] else {}
    if all(each.get("code") in UNAVAILABLE for each in extensions):
        return 503, headers
    if not is_request_error(result):
        return 200, {}
    if extensions[0].get("code") == "RATE_LIMITED":
        return 429, headers
    return (400 if media_type == GRAPHQL else 200), {}


def refusal(refused: RequestError, media_type: str, request_id: str) -> Response:
    """Make the response to a refused request."""
    error = {"message": refused.message, "extensions": refused.extensions}
    return answer({"errors": [error], "extensions": {"requestId": request_id}}, media_type, refused.status, refused.headers)


def event(payload: dict[str, object]) -> bytes:
    """Write a result as a server-sent event."""
    return b"event: next\ndata: " + encode(payload) + b"\n\n"


def serialize_headers(headers: Headers) -> bytes:
    """Serialize headers as HTTP/1.1 does."""
    return b"".join([b"%s: %s\r\n" % each for each in headers])
