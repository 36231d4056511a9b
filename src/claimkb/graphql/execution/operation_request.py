"""What is one operation that a client asks for, and what is a request that is refused without one?"""

import json
from dataclasses import dataclass
from typing import Any

from claimkb.domain.performed import fingerprint
from claimkb.store.engine.outages import DatabaseUnavailable


class Refused(Exception):
    """A request that is answered without an operation: with a status, a code, and what to do."""

    def __init__(self, status: int, message: str, code: str = "BAD_USER_INPUT", **extensions: Any) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.extensions = {"code": code, **extensions}
        self.headers: dict[str, str] = {}

    def with_headers(self, **headers: str) -> "Refused":
        """Add headers to the answer."""
        self.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self


class Unavailable(Refused):
    """A request that is refused as the database cannot be used."""

    def __init__(self, outage: DatabaseUnavailable) -> None:
        super().__init__(503, outage.public_message, **outage_extensions(outage))
        if outage.retry_after is not None:
            self.with_headers(retry_after=str(outage.retry_after))


def outage_extensions(outage: DatabaseUnavailable) -> dict[str, Any]:
    """Write what a client's program needs to know of an outage."""
    again = {} if outage.retry_after is None else {"retryAfter": outage.retry_after}
    return {"code": outage.code, "retryable": outage.is_retryable, **again}


@dataclass(frozen=True)
class OperationRequest:
    """One operation that a request asks for."""

    query: str | None
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None
    values: int = 0
    """How many values its variables hold."""

    def fingerprint(self, document: str | None) -> str:
        """Return the fingerprint by which a repeat of the same request is known, however it names its document."""
        said = [document, self.variables, self.operation_name]
        return fingerprint(json.dumps(said, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass"))
