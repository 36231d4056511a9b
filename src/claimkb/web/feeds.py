"""Under which addresses are feeds and calendars read, and by whom? They are files for programs that can send no header."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from anyio import CapacityLimiter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from claimkb.actions.work import Desk
from claimkb.domain import Collection, Prediction, SavedSearch, token
from claimkb.domain.access import Unauthenticated
from claimkb.domain.digest import HEADINGS
from claimkb.domain.reference import RefersTo
from claimkb.domain.refusals import NotFound
from claimkb.domain.timeliness import Timeliness
from claimkb.domain.token import TokenKind
from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport.authentication import Authenticator, address_of, is_from_here, spend, unauthenticated
from claimkb.graphql.transport.files import etag_of, is_not_modified
from claimkb.identity import Credentials
from claimkb.outbound.feeds import Document, Entry, atom
from claimkb.store import feeds, searches
from claimkb.store.engine import records
from claimkb.store.engine.cancellation import Cancellation
from claimkb.store.feeds import Before
from claimkb.store.predictions import PredictionFilter
from claimkb.web.pages import told

NAMED = {"claimant": "claimant_id", "source": "source_id", "collection": "collection_id"}
"""The parts of a filter that an address can name."""

COST, MORE = 100, 3
"""The cost of a feed under the rate limit, and the extra cost of an event, and of an entry beyond the usual number."""

LATELY_DAYS = 366
"""How long ago the due dates of a calendar begin."""


@dataclass(frozen=True)
class Followed:
    """The subject of a feed: its predictions, its title, and its address without the key."""

    wanted: PredictionFilter
    title: str
    address: str
    reader: str
    """Whose rate it counts on."""
    before: Before | None
    """The end of the requested archive; None for the newest entries."""

    def archive(self, before: Before | None) -> str:
        """Write the address of the archive that ends before a day or an entry; of the newest entries before none."""
        return self.address if before is None else f"{self.address}{'&' if '?' in self.address else '?'}before={before}"


class Feeds:
    """The feeds and the calendar."""

    def __init__(
        self, desk: Desk, callers: Authenticator, limits: Limits, rates: RateLimits, address: str, link: Callable[[Prediction], str]
    ) -> None:
        self._desk, self._callers, self._limits, self._rates = desk, callers, limits, rates
        self._address, self._link = address, link
        self._writing = CapacityLimiter(1)
        """One feed is written at a time: a long calendar keeps a core busy for a second."""

    async def flags(self, request: Request) -> Response:
        """Answer with the newest flags."""
        return await self._answer(request, "What the job flagged", "application/atom+xml", self._flags)

    async def outcomes(self, request: Request) -> Response:
        """Answer with the newest outcomes."""
        return await self._answer(request, "What happened", "application/atom+xml", self._outcomes)

    async def due(self, request: Request) -> Response:
        """Answer with the due dates."""
        return await self._answer(request, "Due dates", "text/calendar", self._due)

    def _flags(self, session: Session, about: Followed) -> bytes:
        """Write the newest flags."""
        found = feeds.flags(session, about.wanted, self._desk.today(), about.before)
        entries = [
            Entry(
                flag.id,
                flag.noticed_at,
                f"{HEADINGS[Timeliness[flag.level.name]]}: {prediction.question}",
                f"{flag.due_on}. {'It no longer applies.' if flag.cleared_at else 'It waits for an answer.'}",
                self._link(prediction),
                claimant or "Nobody named",
                flag.level.value,
            )
            for flag, prediction, claimant in found.rows
        ]
        return self._written(about, entries, found.earlier)

    def _outcomes(self, session: Session, about: Followed) -> bytes:
        """Write the newest outcomes."""
        found = feeds.outcomes(session, about.wanted, self._desk.today(), about.before)
        entries = [
            Entry(
                outcome.id,
                outcome.updated_at,
                f"{outcome.verdict}: {prediction.question}",
                f"{outcome.rationale} Superseded: {outcome.superseded_reason}" if outcome.superseded_reason else outcome.rationale,
                self._link(prediction),
                claimant or "Nobody named",
                outcome.verdict.value,
            )
            for outcome, prediction, claimant in found.rows
        ]
        return self._written(about, entries, found.earlier)

    def _written(self, about: Followed, entries: list[Entry], earlier: Before | None) -> bytes:
        """Write a document of a feed, and charge for what it has beyond the usual."""
        spend(self._rates, about.reader, MORE * max(len(entries) - feeds.NEWEST, 0))
        empty_at = datetime.combine(about.before if isinstance(about.before, date) else self._newest_day(), time(), UTC)
        prev_archive = None if earlier is None else about.archive(earlier)
        return atom(Document(about.title, about.address, about.archive(about.before), prev_archive, entries, empty_at))

    def _newest_day(self) -> date:
        """Return today in UTC: an archive ends before it at the latest, as more entries may come today."""
        return self._desk.now().date()

    def _due(self, session: Session, about: Followed) -> bytes:
        """Write the due dates."""
        today = self._desk.today()
        rows = feeds.due(session, about.wanted, today, today - timedelta(days=LATELY_DAYS))
        spend(self._rates, about.reader, MORE * len(rows))
        from claimkb.outbound.calendars import calendar

        return calendar(about.title, rows, self._link)

    async def _answer(self, request: Request, title: str, media: str, write: Callable[[Session, Followed], bytes]) -> Response:
        """Authenticate the reader, read, and answer; with 304 where the reader has the same already."""
        try:
            actor = await self._callers.identify(self._credentials(request), address_of(request))
        except Unauthenticated as refusal:
            raise unauthenticated(refusal) from None
        reader = str(actor.account_id or address_of(request))
        spend(self._rates, reader, COST)
        given = {name: value for name, value in request.query_params.items() if name != "key"}

        def read(cancellation: Cancellation) -> bytes:
            try:
                with self._desk.database.read(cancellation) as session:
                    return write(session, self._followed(session, title, request.url.path, given, reader))
            except NotFound as refusal:
                raise RequestError(404, str(refusal)) from None

        body = await self._callers.ask(read, self._limits.statement_seconds, self._writing)
        etag = etag_of(body)
        headers = {"etag": etag, "cache-control": "private, max-age=300"}
        if is_not_modified(request, etag):
            return Response(None, 304, headers)
        return Response(body, 200, headers, f"{media}; charset=utf-8")

    def _credentials(self, request: Request) -> Credentials:
        """Read the reader's credentials: the key in the address, or else the credentials of any request."""
        key = request.query_params.get("key")
        if key is None:
            return self._callers.credentials(request, request.headers.get("authorization"))
        return Credentials(token.read(key, TokenKind.FEED), is_from_here(request))

    def _followed(self, session: Session, title: str, path: str, given: dict[str, str], reader: str) -> Followed:
        """Read which predictions an address names."""
        before = self._before(given["before"]) if "before" in given and path.endswith(".atom") else None
        about = {name: value for name, value in given.items() if before is None or name != "before"}
        address = f"{self._address}{path}" + (f"?{urlencode(about)}" if about else "")
        unknown = about.keys() - {*NAMED, "search"}
        if unknown:
            raise RequestError(
                400, f"A feed is about a claimant, a source, a collection or a search, not about {min(unknown)[:50]!r}."
            )
        wanted = PredictionFilter()
        try:
            if "search" in given:
                found = records.get(session, SavedSearch, RefersTo("SavedSearch").read(given["search"]))
                wanted, title = searches.filter_of(found.filter), f"{title}: {found.name}"
            named = {NAMED[name]: RefersTo(name.capitalize()).read(value) for name, value in given.items() if name in NAMED}
        except ValueError as error:
            raise RequestError(400, str(error)) from None
        if "collection_id" in named:
            title = f"{title}: {records.get(session, Collection, named['collection_id']).name}"
        return Followed(wanted.model_copy(update=named), title, address, reader, before)

    def _before(self, given: str) -> Before:
        """Read the end of an archive; refuse a value that no archive has."""
        with suppress(ValueError):
            if str(entry := UUID(given)) == given:
                return entry
        with suppress(ValueError):
            if str(day := date.fromisoformat(given)) == given and day <= self._newest_day():
                return day
        day_or_entry = f"a day that has begun in UTC, such as {self._newest_day()}, or before an entry, by its UUID"
        raise RequestError(400, f"An archive ends before {day_or_entry}; not before {given[:50]!r}.")


def in_words(refusal: RequestError) -> Response:
    """Say in plain words why nothing is answered."""
    return PlainTextResponse(f"{refusal.message}\n", refusal.status)


def routes(
    desk: Desk, callers: Authenticator, limits: Limits, rates: RateLimits, address: str, link: Callable[[Prediction], str]
) -> list[BaseRoute]:
    """Make the routes of the feeds."""
    served = Feeds(desk, callers, limits, rates, address, link)
    return [
        Route("/feeds/flags.atom", told(served.flags, in_words), methods=["GET"]),
        Route("/feeds/outcomes.atom", told(served.outcomes, in_words), methods=["GET"]),
        Route("/feeds/due.ics", told(served.due, in_words), methods=["GET"]),
    ]
