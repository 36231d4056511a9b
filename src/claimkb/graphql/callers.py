"""Who sends a request, and may it be answered? Asked at the door, before anything is read of what it wants."""

import re
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TypeVar

from anyio import CapacityLimiter
from starlette.requests import HTTPConnection

from claimkb.domain import token
from claimkb.domain.access import Unauthenticated
from claimkb.domain.account import Actor
from claimkb.domain.token import TokenKind
from claimkb.graphql.limits import Limits
from claimkb.graphql.origins import is_own
from claimkb.graphql.rates import Rates
from claimkb.graphql.requests import Refused
from claimkb.graphql.threads import cross
from claimkb.identity import Credentials, Identities, read_bearer
from claimkb.store.database import DatabaseUnavailable, Running, TookTooLong

T = TypeVar("T")

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


SIGNING_IN = 2
"""How many passwords are hashed at once: each takes 64 MiB for a tenth of a second."""

_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")


def address_of(connection: HTTPConnection) -> str:
    """Tell from which address a request comes."""
    return connection.client.host if connection.client else "local"


def cookie_for(origin: str) -> str:
    """Name the cookie of a session. Over HTTPS it is one that no other host can set, nor plain HTTP (RFC 6265bis, 4.1.3)."""
    return "__Host-claimkb" if origin.startswith("https://") else "claimkb"


def session_of(connection: HTTPConnection) -> str | None:
    """Read the cookie of a session: it counts where the browser says that a page of this server asks, and never for a GET."""
    if not is_own(connection) or connection.scope.get("method") == "GET":
        return None
    return connection.cookies.get(cookie_for(connection.headers["origin"]))


def is_from_here(connection: HTTPConnection) -> bool:
    """Tell whether a request was sent to this machine under one of its own names, by no proxy and no page of another origin.

    nginx speaks HTTP/1.0 to what it stands before, and names that as the host, unless it is told otherwise.
    """
    headers = connection.headers
    is_direct = connection.scope.get("http_version") != "1.0" and not any(name.startswith(FORWARDED) for name in headers)
    is_ours = "origin" not in headers or is_own(connection)
    return is_direct and is_ours and _LOCAL_HOST.fullmatch(headers.get("host", "").lower()) is not None


class Callers:
    """Lets callers in, and slows down who guesses tokens and passwords."""

    def __init__(self, identities: Identities, limits: Limits) -> None:
        self._identities, self._limits = identities, limits
        self._guesses = Rates(limits.max_guesses, limits.guesses_per_minute / 60, monotonic)
        self._signing_in = CapacityLimiter(SIGNING_IN)

    def credentials(self, connection: HTTPConnection, authorization: str | None) -> Credentials:
        """Read what a request shows of who sends it; refuse what is no token."""
        try:
            shown, session = read_bearer(authorization), session_of(connection)
            if shown is None and session is not None:
                shown = token.read(session, TokenKind.SESSION)
            return Credentials(shown, is_from_here(connection))
        except Unauthenticated:
            self._note_guess(address_of(connection))
            raise

    async def identify(self, credentials: Credentials, address: str) -> Actor:
        """Tell who this is; refuse a token that is not accepted, and who tried too many of them."""
        known = self._identities.remembered(credentials)
        if known is not None:
            return known
        try:
            return await self._ask(partial(self._identities.identify, credentials), self._limits.statement_seconds)
        except Unauthenticated:
            if credentials.shown is not None:
                self._note_guess(address)
            raise

    async def prove(self, proof: Callable[[Running], T], *about: str) -> T:
        """Do what takes a password or an invitation: few at once, and no more about an address or a name than one may guess."""
        for each in about:
            self._note_guess(each)
        return await self._ask(proof, self._limits.request_seconds, self._signing_in)

    async def _ask(self, question: Callable[[Running], T], seconds: float, limiter: CapacityLimiter | None = None) -> T:
        """Ask the database, in a thread."""
        try:
            return await cross(question, seconds, limiter)
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
        message = f"Too many guesses: tokens or passwords were not accepted. Check yours, and send it again in {seconds} seconds."
        raise Refused(429, message, "RATE_LIMITED", retryAfter=seconds).answered_with(retry_after=str(seconds))


def unauthenticated(refusal: Unauthenticated) -> Refused:
    """Answer who is not let in (RFC 6750, 3)."""
    return Refused(401, str(refusal), "UNAUTHENTICATED").answered_with(www_authenticate='Bearer realm="claimkb"')
