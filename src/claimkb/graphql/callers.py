"""Who sends a request, and may it be answered? Asked at the door, before anything is read of what it wants."""

import re
from functools import partial
from time import monotonic

from starlette.requests import HTTPConnection

from claimkb.domain.access import Unauthenticated
from claimkb.domain.account import Actor
from claimkb.graphql.limits import Limits
from claimkb.graphql.rates import Rates
from claimkb.graphql.requests import Refused
from claimkb.graphql.threads import cross
from claimkb.identity import Credentials, Identities, read_bearer
from claimkb.store.database import DatabaseUnavailable, TookTooLong

FORWARDED = (
    "forwarded",
    "via",
    "x-forwarded",
    "x-original-forwarded",
    "x-real-ip",
    "x-client-ip",
    "cf-connecting-ip",
    "true-client-ip",
)
"""Beginnings of headers that only a proxy adds: what they come with was not sent on this machine, wherever the proxy is."""


_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")


def address_of(connection: HTTPConnection) -> str:
    """Tell from which address a request comes."""
    return connection.client.host if connection.client else "local"


def is_from_here(connection: HTTPConnection) -> bool:
    """Tell whether a request was sent to this machine under one of its own names, and by no proxy.

    nginx speaks HTTP/1.0 to what it stands before, and names that as the host, unless it is told otherwise.
    """
    headers = connection.headers
    is_direct = connection.scope.get("http_version") != "1.0" and not any(name.startswith(FORWARDED) for name in headers)
    return is_direct and _LOCAL_HOST.fullmatch(headers.get("host", "").lower()) is not None


class Callers:
    """Lets callers in, and slows down who guesses tokens."""

    def __init__(self, identities: Identities, limits: Limits) -> None:
        self._identities, self._limits = identities, limits
        self._guesses = Rates(limits.max_guesses, limits.guesses_per_minute / 60, monotonic)

    def credentials(self, connection: HTTPConnection, authorization: str | None) -> Credentials:
        """Read what a request shows of who sends it; refuse what is no token."""
        try:
            return Credentials(read_bearer(authorization), is_from_here(connection))
        except Unauthenticated:
            self._note_guess(address_of(connection))
            raise

    async def identify(self, credentials: Credentials, address: str) -> Actor:
        """Tell who this is; refuse a token that is not accepted, and who tried too many of them."""
        known = self._identities.remembered(credentials)
        if known is not None:
            return known
        try:
            return await cross(partial(self._identities.identify, credentials), self._limits.statement_seconds)
        except Unauthenticated:
            if credentials.shown is not None:
                self._note_guess(address)
            raise
        except (DatabaseUnavailable, TookTooLong):
            message = "The database does not answer now, and nothing has changed. Send it again in a moment."
            raise Refused(503, message, "INTERNAL_SERVER_ERROR").answered_with(retry_after="5") from None

    def _note_guess(self, address: str) -> None:
        """Count a token that was not accepted."""
        self._check_guesses(address)
        self._guesses.take(address, 1)

    def _check_guesses(self, address: str) -> None:
        """Refuse an address that tried too many tokens that are none."""
        if self._guesses.left(address) >= 1:
            return
        seconds = int(60 / self._limits.guesses_per_minute) + 1
        message = f"Too many tokens from this address were not accepted. Check yours, and send it again in {seconds} seconds."
        raise Refused(429, message, "RATE_LIMITED", retryAfter=seconds).answered_with(retry_after=str(seconds))


def unauthenticated(refusal: Unauthenticated) -> Refused:
    """Answer who is not let in (RFC 6750, 3)."""
    return Refused(401, str(refusal), "UNAUTHENTICATED").answered_with(www_authenticate='Bearer realm="claimkb"')
