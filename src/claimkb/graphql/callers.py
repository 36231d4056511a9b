"""Who sends a request, and may it be answered? Asked at the door, before anything is read of what it wants."""

from collections import OrderedDict
from functools import partial
from time import monotonic

from starlette.requests import HTTPConnection

from claimkb.domain.access import Unauthenticated
from claimkb.domain.account import Actor
from claimkb.graphql.limits import Limits
from claimkb.graphql.origins import LOCAL_HOSTS, host_of
from claimkb.graphql.rates import MOST_KEPT, Rates
from claimkb.graphql.requests import Refused
from claimkb.graphql.threads import cross
from claimkb.identity import Credentials, Identities, read_bearer
from claimkb.store.database import DatabaseUnavailable, TookTooLong

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers that only a proxy adds: what they come with was not sent on this machine, wherever the proxy is."""


def address_of(connection: HTTPConnection) -> str:
    """Tell from which address a request comes."""
    return connection.client.host if connection.client else "local"


def is_from_here(connection: HTTPConnection) -> bool:
    """Tell whether a request was sent to this machine under one of its own names, and by no proxy.

    nginx speaks HTTP/1.0 to what it stands before, and names that as the host, unless it is told otherwise.
    """
    headers = connection.headers
    is_direct = connection.scope.get("http_version") != "1.0" and not any(name in headers for name in FORWARDED)
    return is_direct and host_of(headers.get("host", "")) in LOCAL_HOSTS


class Callers:
    """Lets callers in, and slows down who guesses tokens."""

    def __init__(self, identities: Identities, limits: Limits) -> None:
        self._identities, self._limits = identities, limits
        self._accepted: OrderedDict[Credentials, None] = OrderedDict()
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
        if credentials not in self._accepted:
            self._check_guesses(address)
        try:
            actor = await cross(partial(self._identities.identify, credentials), self._limits.statement_seconds)
        except Unauthenticated:
            if credentials.shown is not None:
                self._note_guess(address)
            raise
        except (DatabaseUnavailable, TookTooLong):
            message = "The database does not answer now, and nothing has changed. Send it again in a moment."
            raise Refused(503, message, "INTERNAL_SERVER_ERROR").answered_with(retry_after="5") from None
        self._accept(credentials)
        return actor

    def _accept(self, credentials: Credentials) -> None:
        """Remember who was let in: they are not kept waiting because somebody else at their address guesses."""
        self._accepted[credentials] = None
        self._accepted.move_to_end(credentials)
        if len(self._accepted) > MOST_KEPT:
            self._accepted.popitem(last=False)

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
