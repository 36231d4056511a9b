"""Which account sends a request, and may it be answered? Decided before anything of the operation is read."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from anyio import CapacityLimiter
from starlette.requests import HTTPConnection

from claimkb import logs
from claimkb.domain import token
from claimkb.domain.access import CodeRefused, SignedOut, Unauthenticated
from claimkb.domain.account import Actor
from claimkb.domain.quantity import counted
from claimkb.domain.token import Shown, TokenKind
from claimkb.graphql.execution.operation_request import RequestError, ServiceUnavailable
from claimkb.graphql.execution.threads import Bulkheads, run_in_thread
from claimkb.graphql.limits.cost_directives import BODY
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport.origins import is_same_origin
from claimkb.identity import Credentials, Identities, read_bearer
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.engine.outages import DatabaseUnavailable, TookTooLong

log = logging.getLogger("claimkb")
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
"""Prefixes of headers that only a proxy adds: a request with one of them was not sent on this machine."""

SIGNING_IN = 2
"""How many passwords are hashed at once: each takes 64 MiB for a tenth of a second."""

MOST_WAITING = 20
"""How many sign-ins may wait for that, those that are being hashed included."""

SLOWER_ABOUT = 10
"""All addresses together may guess at one name or one invitation this many times slower than one address may guess."""

CODES, CODE_SECONDS = 5, 150
"""How many codes of a second factor may be tried for one account at once, and after how many seconds one more.

Of a million codes three are right at any time.
"""

MOST_ADDRESSES = 1_000
"""For how many addresses the parsed form is cached."""

_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?")


def address_of(scope: Mapping[str, Any]) -> str:
    """Return the address of the sender, for its limits. For IPv6 it is the /64 network: a host has all of its addresses."""
    client = scope.get("client")
    return _rate_key_of(client[0] if client else "local")


@lru_cache(MOST_ADDRESSES)
def _rate_key_of(host: str) -> str:
    """Write an address in one form; for IPv6 write its /64 network."""
    address = ip_of(host)
    return str(IPv6Network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address or host)


@lru_cache(MOST_ADDRESSES)
def ip_of(host: str) -> IPv4Address | IPv6Address | None:
    """Parse an address; an IPv4-mapped IPv6 address is one of IPv4 (RFC 4291, 2.5.5.2). Return None for any other text."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def cookie_for(origin: str) -> str:
    """Name the cookie of a session.

    Over HTTPS the prefix __Host- keeps other hosts and plain HTTP from setting it (RFC 6265bis, 4.1.3). Over HTTP the name has
    the port, because browsers send a cookie to every server of a machine.
    """
    scheme, _, host = origin.partition("://")
    return "__Host-claimkb" if scheme == "https" else f"claimkb-{host.rpartition(':')[2] if ':' in host else 80}"


def read_session_cookie(connection: HTTPConnection, *origins: str) -> Shown | None:
    """Read the session cookie of one of these origins; None if the request has none."""
    for name in map(cookie_for, origins):
        if name in connection.cookies:
            with suppress(SignedOut):
                return token.read(connection.cookies[name], TokenKind.SESSION)
    return None


def session_of(connection: HTTPConnection) -> Shown | None:
    """Read the session cookie, only from a POST or WebSocket whose Origin is this server (against CSRF)."""
    is_trusted = is_same_origin(connection) and connection.scope.get("method", "POST") == "POST"
    return read_session_cookie(connection, connection.headers["origin"]) if is_trusted else None


def is_from_here(connection: HTTPConnection) -> bool:
    """Tell whether a request was sent on this machine to one of its own names, by no proxy and no page of another origin.

    By default nginx speaks HTTP/1.0 to the server behind it, and sends the name of that server as the Host.
    """
    headers = connection.headers
    is_direct = connection.scope.get("http_version") != "1.0" and not any(name.startswith(FORWARDED) for name in headers)
    is_ours = "origin" not in headers or is_same_origin(connection)
    client = connection.scope.get("client")
    address = ip_of(client[0]) if client else None
    is_near = address is None or address.is_loopback
    return is_direct and is_near and is_ours and _LOCAL_HOST.fullmatch(headers.get("host", "").lower()) is not None


def credentials_of(connection: HTTPConnection, authorization: str | None) -> Credentials:
    """Read the credentials of a request; refuse a token that is malformed."""
    return Credentials(read_bearer(authorization) or session_of(connection), is_from_here(connection))


class Authenticator:
    """Identifies callers, and limits the rate of guesses at tokens and passwords."""

    def __init__(self, identities: Identities, limits: Limits, bulkheads: Bulkheads) -> None:
        self._identities, self._limits, self._bulkheads = identities, limits, bulkheads
        self._identifying: dict[tuple[Credentials, int], asyncio.Future[Actor]] = {}
        self._guesses = RateLimits(limits.max_guesses, limits.guesses_per_minute / 60, monotonic)
        self._guesses_about = RateLimits(limits.max_guesses, limits.guesses_per_minute / 60 / SLOWER_ABOUT, monotonic)
        self._codes = RateLimits(CODES, 1 / CODE_SECONDS, monotonic)
        self._signing_in, self._proofs = CapacityLimiter(SIGNING_IN), 0

    def credentials(self, connection: HTTPConnection, authorization: str | None) -> Credentials:
        """Read the credentials of a request; refuse a token that is malformed, and count it as a guess."""
        try:
            return credentials_of(connection, authorization)
        except Unauthenticated:
            _count_guess(self._guesses, address_of(connection))
            raise

    async def identify(self, credentials: Credentials, address: str) -> Actor:
        """Return the actor of credentials; refuse a token that is not accepted, and an address that tried too many of them."""
        actor = self._identities.remembered(credentials)
        try:
            actor = actor or await self._identify_once(credentials)
        except Unauthenticated:
            if credentials.shown is not None and credentials.shown.kind is not TokenKind.SESSION:
                _count_guess(self._guesses, address)
            raise
        request = logs.REQUEST.get()
        if request is not None:
            request.fields["account"] = actor.name
        return actor

    async def prove(self, proof: Callable[[Cancellation], T], address: str, about: str) -> T:
        """Check a password or an invitation. Few run at once, and each counts as a guess by its address and at its name."""
        _count_guess(self._guesses, address)
        _count_guess(self._guesses_about, about)
        if self._proofs >= MOST_WAITING:
            message = "Too many people sign in at this moment. Try again in a few seconds."
            raise RequestError(503, message, "RATE_LIMITED").with_headers(retry_after="5")
        self._proofs += 1
        try:
            return await self.ask(proof, self._limits.request_seconds, self._signing_in)
        except CodeRefused as refused:
            log.warning("All but the code of the second factor was right that was sent for %s", refused.facts["name"])
            raise
        finally:
            self._proofs -= 1

    def may_guess_code(self, account_id: UUID) -> bool:
        """Count a code of the second factor that is tried for an account; tell whether it may be checked."""
        return self._codes.take(str(account_id), 1) is None

    async def ask(self, question: Callable[[Cancellation], T], seconds: float, limiter: CapacityLimiter | None = None) -> T:
        """Ask the database in a thread: wait this many seconds for a thread, and as long for the answer."""
        try:
            return await run_in_thread(question, seconds, limiter or self._bulkheads.reads, monotonic() + 2 * seconds)
        except TookTooLong as late:
            raise self._unavailable(DatabaseUnavailable(f"It did not answer within {counted(seconds, 'second')}: {late}")) from None
        except DatabaseUnavailable as outage:
            raise self._unavailable(outage) from None

    async def _identify_once(self, credentials: Credentials) -> Actor:
        """Look the credentials up in the database, once for all requests that show them at the same time."""
        key = credentials, self._identities.generation
        future = self._identifying.get(key)
        if future is None:
            question = partial(self._identities.identify, credentials)
            identified = self.ask(question, self._limits.statement_seconds, self._bulkheads.authentication)
            future = self._identifying[key] = asyncio.ensure_future(identified)
            future.add_done_callback(lambda done: (self._identifying.pop(key), done.cancelled() or done.exception()))
        return await asyncio.shield(future)

    def _unavailable(self, outage: DatabaseUnavailable) -> ServiceUnavailable:
        """Report an outage, and make the refusal of the request that met it."""
        self._identities.database.outages.report(outage)
        return ServiceUnavailable(outage)


def spend(
    rates: RateLimits, about: str, cost: int, why: str = "Too many requests in a short while.", advice: str = "Send it"
) -> None:
    """Take a cost from the bucket of an address or an account; refuse when it holds too little, and say when to try again."""
    wait = rates.take(about, cost)
    if wait is not None:
        seconds = int(wait) + 1
        refused = RequestError(429, f"{why} {advice} again in {counted(seconds, 'second')}.", "RATE_LIMITED", retryAfter=seconds)
        raise refused.with_headers(retry_after=str(seconds))


def charge_body(rates: RateLimits, address: str, body: bytes) -> None:
    """Charge an address for a long body; refuse when its bucket holds too little."""
    if len(body) >= BODY:
        spend(rates, address, len(body) // BODY)


def _count_guess(guesses: RateLimits, about: str) -> None:
    """Count a guess; refuse one too many."""
    spend(guesses, about, 1, "Too many guesses: tokens or passwords were not accepted.", "Check yours, and send it")


def unauthenticated(refusal: Unauthenticated) -> RequestError:
    """Refuse a request without valid credentials (RFC 6750, 3)."""
    return RequestError(401, str(refusal), "UNAUTHENTICATED").with_headers(www_authenticate='Bearer realm="claimkb"')
