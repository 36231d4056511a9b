"""How is a request answered? In the media type that it prefers, with the status that GraphQL over HTTP asks for."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.responses import Response
from strawberry.types import ExecutionResult

from claimkb.graphql.requests import JSON, Refused
from claimkb.store.outages import UNAVAILABLE

GRAPHQL = "application/graphql-response+json"
EVENTS = "text/event-stream"
PAGE = "text/html"


@dataclass(frozen=True)
class Accepts:
    """What a request accepts, the media type that it prefers first."""

    ranges: tuple[str, ...]

    def prefers(self, *offers: str) -> str | None:
        """Choose among offers the one that is preferred; None where none is accepted."""
        for wanted in self.ranges:
            for offer in offers:
                if wanted in (offer, "*/*") or (wanted.endswith("/*") and offer.startswith(wanted[:-1])):
                    return offer
        return None


def accepts(header: str | None) -> Accepts:
    """Read an Accept header (RFC 9110, 12.5.1); everything is accepted where there is none."""
    weighed = []
    for part in (header or "*/*").split(","):
        media, *parameters = (each.strip().lower() for each in part.split(";"))
        said = dict(each.partition("=")[::2] for each in parameters)
        try:
            weight = float(said.get("q", "1"))
        except ValueError:
            weight = 0.0
        if weight > 0 and said.get("charset", "utf-8").strip('"') in ("utf-8", "utf8"):
            weighed.append((media, weight))
    return Accepts(tuple(media for media, _ in sorted(weighed, key=lambda each: -each[1])))


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


def answer(payload: Any, media: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Answer with JSON."""
    return Response(encode(payload), status, {"cache-control": "no-store", **(headers or {})}, f"{media}; charset=utf-8")


def status_of(result: ExecutionResult, media: str) -> tuple[int, dict[str, str]]:
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
    return (400 if media == GRAPHQL else 200), {}


def answer_to(result: ExecutionResult, media: str, request_id: str) -> Response:
    """Answer with a result."""
    return answer(payload_of(result, request_id), media, *status_of(result, media))


def refusal(refused: Refused, media: str, request_id: str) -> Response:
    """Answer a request that is refused without an operation."""
    error = {"message": refused.message, "extensions": refused.extensions}
    return answer({"errors": [error], "extensions": {"requestId": request_id}}, media, refused.status, refused.headers)


NEGOTIABLE = (JSON, GRAPHQL)
