"""What is a request for one operation, and what is a refusal of it?"""

import json
from dataclasses import dataclass
from typing import Any

from claimkb.domain.performed import fingerprint
from claimkb.store.engine.outages import DatabaseUnavailable


class RequestError(Exception):
    """A request is refused before its operation is executed: with a status, a code, and advice."""

    def __init__(self, status: int, message: str, code: str = "BAD_USER_INPUT", **extensions: object) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.extensions: dict[str, object] = {"code": code, **extensions}
        self.headers: dict[str, str] = {}

    def with_headers(self, **headers: str) -> "RequestError":
        """Add headers to the response."""
        self.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self


class ServiceUnavailable(RequestError):
    """A request is refused because the database cannot be used."""

    def __init__(self, outage: DatabaseUnavailable) -> None:
        super().__init__(503, outage.public_message, **outage_extensions(outage))
        if outage.retry_after is not None:
            self.with_headers(retry_after=str(outage.retry_after))


def outage_extensions(outage: DatabaseUnavailable) -> dict[str, Any]:
    """Write an outage as the extensions of an error, for the program of a client."""
    retry = {} if outage.retry_after is None else {"retryAfter": outage.retry_after}
    return {"code": outage.code, "retryable": outage.is_retryable, **retry}


@dataclass(frozen=True)
class OperationRequest:
    """A request for one operation."""

    query: str | None
    variables: dict[str, object] | None = None
    operation_name: str | None = None
    extensions: dict[str, object] | None = None
    document_id: str | None = None
    values: int = 0
    """How many values are in its variables."""

    def fingerprint(self, document: str | None) -> str:
        """Return the fingerprint by which a repeat of the request is recognised, however it names its document."""
        parts = [document, self.variables, self.operation_name]
        return fingerprint(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass"))
