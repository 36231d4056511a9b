"""What do the headers of a request say? Requests of one client repeat them, so each different head is judged once."""

from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import HTTPConnection
from starlette.types import Scope

from claimkb.domain.access import Unauthenticated
from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.transport.authentication import credentials_of
from claimkb.graphql.transport.origins import Origins
from claimkb.graphql.transport.requests import JSON, content_refused
from claimkb.graphql.transport.responses import EVENTS, NEGOTIABLE, AcceptHeader, Headers, parse_accept, serialize_headers
from claimkb.graphql.transport.security_headers import SECURITY_HEADERS
from claimkb.identity import Credentials

PER_REQUEST = (b"content-length", b"x-request-id", b"idempotency-key")
"""Headers that differ from request to request of one client."""

MOST_JUDGED, LONGEST_JUDGED = 1_000, 4_096
"""How many judged heads are cached, and of at most how many bytes; a longer head is judged each time."""

EVERY_ANSWER: Headers = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
EVERY_ANSWER += [(b"cache-control", b"no-store"), (b"vary", b"Accept")]


@dataclass(frozen=True)
class RequestHead:
    """The judged headers of a request, without those that differ from request to request."""

    refused: RequestError | None
    """Why the request is refused: its Host, its Origin, or a token in its address."""
    content_refused: RequestError | None
    """Why the body is not read: it is not JSON in UTF-8."""
    accept: AcceptHeader
    media_type: str | None
    """The media type of the response; None if the request accepts none of ours."""
    accepts_events: bool
    """Whether the request names server-sent events in Accept."""
    credentials: Credentials | None
    """The credentials of the caller; None if the token is malformed."""
    response_headers: Headers
    """The headers of the response, without those that differ from response to response."""
    response_head: bytes
    """The same, serialized."""

    @property
    def refusal_media_type(self) -> str:
        """The media type of a refusal: JSON if the request accepts none of ours."""
        return self.media_type or JSON


class RequestHeads:
    """Judges the heads of requests, and caches the judgement of POSTs."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._judge_cached = lru_cache(MOST_JUDGED)(self._judge)

    def read(self, scope: Scope) -> tuple[RequestHead, dict[bytes, bytes]]:
        """Judge the head of a request; return it with the headers that differ from request to request (the first of each name)."""
        headers = scope["headers"]
        shared = tuple([each for each in headers if each[0] not in PER_REQUEST])
        is_usual = scope["method"] == "POST" and sum([len(name) + len(value) for name, value in shared]) <= LONGEST_JUDGED
        client = scope.get("client")
        key = (scope["method"], scope.get("http_version", "1.1"), scope["query_string"], client[0] if client else None, shared)
        head = (self._judge_cached if is_usual else self._judge)(*key)
        return head, dict([each for each in reversed(headers) if each[0] in PER_REQUEST])

    def _judge(
        self, method: str, http_version: str, query: bytes, host: str | None, headers: tuple[tuple[bytes, bytes], ...]
    ) -> RequestHead:
        """Judge the head of a request to the endpoint."""
        about = {"method": method, "path": "/graphql", "http_version": http_version, "query_string": query}
        scope = {"type": "http", **about, "headers": list(headers), "client": None if host is None else (host, 0)}
        connection = HTTPConnection(scope)
        try:
            credentials = credentials_of(connection, connection.headers.get("authorization"))
        except Unauthenticated:
            credentials = None
        accept = parse_accept(connection.headers.get("accept"))
        media_type = accept.choose(*NEGOTIABLE)
        answer = [(b"content-type", f"{media_type or JSON}; charset=utf-8".encode()), *EVERY_ANSWER]
        refused, content = self._origins.judge(scope), content_refused(connection.headers)
        accepts_events = not accept.is_wildcard and accept.choose(EVENTS) is not None
        return RequestHead(refused, content, accept, media_type, accepts_events, credentials, answer, serialize_headers(answer))
