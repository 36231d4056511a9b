"""How is a request answered? In the media type that it prefers, with the status that GraphQL over HTTP asks for."""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mimeparse
import orjson
from starlette.responses import Response
from strawberry.types import ExecutionResult

from claimkb.graphql.execution.operation_request import Refused
from claimkb.graphql.transport.requests import JSON
from claimkb.store.engine.outages import UNAVAILABLE

GRAPHQL = "application/graphql-response+json"
EVENTS = "text/event-stream"
PAGE = "text/html"


LONGEST_ACCEPT = 1_000
"""How many characters of an Accept header are read: browsers send a sixth of that."""

_UTF8 = ("utf-8", "utf8")


@dataclass(frozen=True)
class AcceptHeader:
    """What a request accepts: its media ranges, as mimeparse reads them, the one that it prefers first."""

    ranges: tuple[tuple[str, str, dict[str, str]], ...]

    @property
    def is_wildcard(self) -> bool:
        """Whether it prefers nothing to anything else."""
        return bool(self.ranges) and self.ranges[0][:2] == ("*", "*")

    @property
    def prefers_html(self) -> bool:
        """Whether it prefers a page to all that programs read, as browsers say."""
        return self.choose(PAGE, *NEGOTIABLE, EVENTS) == PAGE and not self.is_wildcard

    def choose(self, *offers: str) -> str | None:
        """Choose among offers the one that is preferred; None where none is accepted.

        Of several ranges that an offer is in, the most specific counts, also where it excludes the offer (RFC 9110, 12.5.1). Of
        offers that are accepted alike, the one is taken whose range was named first.
        """
        qualities = {offer: float(mimeparse.quality_parsed(offer, self.ranges)) for offer in offers}
        best = max(qualities.values(), default=0.0)
        alike = [offer for offer in offers if qualities[offer] == best]
        return min(alike, key=self._place) if best > 0 else None

    def _place(self, offer: str) -> int:
        """Tell how early a range was named that an offer is in."""
        kind, _, subtype = offer.partition("/")
        named = [range_[0] in (kind, "*") and range_[1] in (subtype, "*") for range_ in self.ranges]
        return named.index(True)


@lru_cache(100)
def parse_accept(header: str | None) -> AcceptHeader:
    """Read an Accept header; everything is accepted where there is none. What is no media range is passed over."""
    ranges = []
    for part in (header or "*/*")[:LONGEST_ACCEPT].lower().split(","):
        with suppress(mimeparse.MimeTypeParseException):
            ranges.append(mimeparse.parse_media_range(part.strip()))
    ranges = [each for each in ranges if each[2].get("charset", "utf-8") in _UTF8]
    return AcceptHeader(tuple(sorted(ranges, key=lambda each: -float(each[2]["q"]))))


def payload_of(result: ExecutionResult, request_id: str) -> dict[str, Any]:
    """Shape a result as the specification says: no data where nothing was executed."""
    payload: dict[str, Any] = {}
    if result.errors:
        payload["errors"] = [error.formatted for error in result.errors]
    if not is_request_error(result):
        payload["data"] = result.data
    return payload | {"extensions": {**(result.extensions or {}), "requestId": request_id}}


def is_request_error(result: ExecutionResult) -> bool:
    """Tell whether nothing was executed: the document, the variables or a limit forbade it."""
    return result.data is None and bool(result.errors) and all(error.path is None for error in result.errors or ())


def encode(value: Any) -> bytes:
    """Write JSON in UTF-8."""
    return orjson.dumps(value)


def answer(payload: Any, media_type: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(encode(payload), status, {"cache-control": "no-store", **(headers or {})}, f"{media_type}; charset=utf-8")


def status_of(result: ExecutionResult, media_type: str) -> tuple[int, dict[str, str]]:
    """Choose the status of a result, and its headers.

    Where nothing was executed, the newer media type says so by the status. A limit of rate always does, and an outage of the
    database too, where nothing else is to be told.
    """
    if result.data is not None or not result.errors:
        return 200, {}
    said = [error.extensions or {} for error in result.errors]
    again = {"retry-after": str(said[0]["retryAfter"])} if "retryAfter" in said[0] else {}
    if all(each.get("code") in UNAVAILABLE for each in said):
        return 503, again
    if not is_request_error(result):
        return 200, {}
    if said[0].get("code") == "RATE_LIMITED":
        return 429, again
    return (400 if media_type == GRAPHQL else 200), {}


def refusal(refused: Refused, media_type: str, request_id: str) -> Response:
    """Answer a request that is refused without an operation."""
    error = {"message": refused.message, "extensions": refused.extensions}
    return answer({"errors": [error], "extensions": {"requestId": request_id}}, media_type, refused.status, refused.headers)


NEGOTIABLE = (JSON, GRAPHQL)


NOT_ACCEPTABLE = f"Accept one of {', '.join(NEGOTIABLE)}, or {EVENTS} for a stream."


def event(payload: dict[str, Any]) -> bytes:
    """Write a result as a server-sent event."""
    return b"event: next\ndata: " + encode(payload) + b"\n\n"
