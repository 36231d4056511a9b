"""Which operations does a request hold? Body and query string are read here, strictly and under limits."""

import asyncio
from collections.abc import Mapping
from random import getrandbits

import orjson
from starlette.requests import HTTPConnection, Request

from claimkb.domain.performed import LONGEST_KEY
from claimkb.domain.quantity import counted
from claimkb.graphql.execution.operation_request import OperationRequest, RequestError
from claimkb.graphql.limits.settings import Limits

JSON = "application/json"


def too_long(what: str, size: int, most: int) -> RequestError:
    """Make the refusal of a body or document that is too long."""
    message = f"This asks for too much: {what} of {size} bytes or more, of at most {most}."
    return RequestError(413, message, "QUERY_TOO_COMPLEX", requested=size, maximum=most)


_KINDS: dict[str, tuple[type, str]] = {
    "query": (str, "text"),
    "variables": (dict, "an object"),
    "operationName": (str, "text"),
    "extensions": (dict, "an object"),
    "documentId": (str, "text"),
}


def operation_request(fields: object, limits: Limits) -> OperationRequest:
    """Read one operation; refuse what is not one."""
    if not isinstance(fields, dict):
        raise RequestError(400, 'A request is a JSON object such as {"query": "{ viewer { role } }"}.')
    for name, (kind, description) in _KINDS.items():
        if fields.get(name) is not None and not isinstance(fields[name], kind):
            raise RequestError(400, f"{name} has to be {description}.")
    query = fields.get("query")
    if query is not None:
        size = len(query.encode("utf-8", "replace"))
        if size > limits.max_document_bytes:
            raise too_long("a document", size, limits.max_document_bytes)
    variables, values = fields.get("variables"), _count_values(fields.get("variables"), limits.max_values)
    return OperationRequest(
        query, variables, fields.get("operationName"), fields.get("extensions"), fields.get("documentId"), values
    )


def _count_values(variables: dict[str, object] | None, most: int) -> int:
    """Count the values of variables; refuse too many, because each is visited several times."""
    if not variables:
        return 0
    count, waiting = 0, list[dict[str, object] | list[object]]([variables])
    while waiting:
        each = waiting.pop()
        inside = each.values() if isinstance(each, dict) else each
        count += len(inside)
        if count > most:
            message = f"This asks for too much: variables with more than {most} values. Send them in several requests."
            raise RequestError(413, message, "QUERY_TOO_COMPLEX", requested=count, maximum=most)
        waiting += [one for one in inside if isinstance(one, dict | list)]
    return count


def _check_text(value: object) -> None:
    """Raise ValueError if a text has a NUL, which PostgreSQL cannot hold."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError(value)
    elif isinstance(value, dict):
        for name, each in value.items():
            _check_text(name)
            _check_text(each)
    elif isinstance(value, list):
        for each in value:
            _check_text(each)


_REASONS = {
    "surrogate in string": "holds half of a surrogate pair, which is no character",
    "depth limit": "is nested too deeply",
    "UTF-8:": "is not UTF-8",
}
"""The parser's messages, by a part of each, and ours for them."""


def parse_json(body: bytes | str, what: str = "The request's body") -> object:
    """Parse JSON (RFC 8259) in UTF-8; refuse anything else."""
    try:
        value: object = orjson.loads(body)
        if (body if isinstance(body, bytes) else body.encode()).find(b"\\u0000") >= 0:
            _check_text(value)
    except orjson.JSONDecodeError as error:
        reason = next((ours for theirs, ours in _REASONS.items() if theirs in str(error)), "is not JSON")
        raise RequestError(400, f"{what} {reason}.") from None
    except ValueError:
        raise RequestError(400, f"{what} holds a NUL character (U+0000): take it out.") from None
    return value


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """Read a body, within a limit of bytes and of seconds."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length[:18]) > most:
        raise too_long("a body", int(length[:18]), most)
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise too_long("a body", size, most)
                parts.append(part)
    except TimeoutError:
        raise RequestError(408, f"The body did not come within {counted(seconds, 'second')}. Send it again.").with_headers(
            connection="close"
        ) from None
    return b"".join(parts)


def content_refused(headers: Mapping[str, str]) -> RequestError | None:
    """Return why a body is not read: it is not plain JSON. Other types a form of another site could send without a preflight."""
    media, _, parameters = headers.get("content-type", "").partition(";")
    charset = parameters.lower().partition("charset=")[2].strip(' "').partition(";")[0]
    if media.strip().lower() != JSON or charset not in ("", "utf-8", "utf8"):
        return RequestError(415, "Send the request as JSON in UTF-8, with the header Content-Type: application/json.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        return RequestError(415, "Send the body as it is, without Content-Encoding.")
    return None


def operations_of_body(body: bytes, limits: Limits) -> list[OperationRequest]:
    """Read the operations of a POST's body: one, or a batch if the limits allow that."""
    value = parse_json(body)
    if not isinstance(value, list):
        return [operation_request(value, limits)]
    if not value:
        raise RequestError(400, "This batch holds no operation.")
    if len(value) > limits.max_batch:
        message = (
            f"This asks for too much: a batch of {len(value)} operations, of at most {limits.max_batch}. Send them one by one."
        )
        raise RequestError(400, message, "QUERY_TOO_COMPLEX", requested=len(value), maximum=limits.max_batch)
    return [operation_request(each, limits) for each in value]


def operation_of_url(request: Request, limits: Limits) -> OperationRequest:
    """Read the operation in the query string of a GET."""
    fields: dict[str, object] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if name in fields:
            fields[name] = parse_json(request.query_params[name], name)
    for text in fields.values():
        if isinstance(text, str) and "\x00" in text:
            raise RequestError(400, "The query string holds a NUL character (U+0000): take it out.")
    return operation_request(fields, limits)


def read_idempotency_key(header: bytes | None) -> str | None:
    """Read the Idempotency-Key of a request; refuse a key that is too long or not printable ASCII."""
    if header is None:
        return None
    key = header.decode("latin-1")
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise RequestError(400, f"An Idempotency-Key is 1 to {LONGEST_KEY} printable ASCII characters.")
    return key


REQUEST_ID = "claimkb.request_id"
"""The key in the ASGI scope under which the id of a request is kept once it is chosen."""


def request_id_of(connection: HTTPConnection) -> str:
    """Return the X-Request-Id of a request, or a new id; the same each time."""
    chosen: str | None = connection.scope.get(REQUEST_ID)
    if chosen is None:
        chosen = connection.scope[REQUEST_ID] = request_id_for(connection.headers.get("x-request-id", ""))
    return chosen


def request_id_for(header: str) -> str:
    """Return the header if it is a valid id, or a new id."""
    return header if 1 <= len(header) <= 64 and header.isascii() and header.replace("-", "").isalnum() else new_request_id()


def new_request_id() -> str:
    """Make an id for a request. It is no secret, so it needs no random bytes of the system, which are slower."""
    return f"{getrandbits(128):032x}"
