"""What does a person need on the day on which a prediction is due? One question of the API, and one page of Markdown."""

import json
import re
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import jinja2
from graphql import strip_ignored_characters
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from claimkb.actions.work import Desk, camel
from claimkb.domain import Prediction, dates
from claimkb.domain.access import Unauthenticated
from claimkb.domain.account import Actor
from claimkb.domain.answering import final
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import Deadline, DueBound
from claimkb.domain.outcome import Verdict
from claimkb.domain.permissions import Permission
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id, parse_uuid
from claimkb.domain.refusals import NotFound
from claimkb.domain.resolution import SEALED_WORDS
from claimkb.domain.target import Comparator, Target
from claimkb.graphql import in_process
from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport.authentication import Authenticator, address_of, is_from_here
from claimkb.identity import Credentials
from claimkb.store.engine import records
from claimkb.store.engine.cancellation import Cancellation
from claimkb.web import markdown
from claimkb.web.pages import FOLDER, charged, told
from claimkb.web.sign_in import cookie_of

DOCUMENT = (FOLDER / "pack.graphql").read_text(encoding="utf-8")
IN_ADDRESS = strip_ignored_characters(DOCUMENT)
"""Without its layout, which GraphiQL brings back: many a proxy lets no header pass that is longer than 4 KB."""

Said = dict[str, Any]


def fetch(desk: Desk, actor: Actor, id_: UUID) -> Said:
    """Ask for all that concerns a prediction; refuse an id that is not there."""
    found = in_process.answer(desk, actor, DOCUMENT, id=str(id_))
    if found["prediction"] is None:
        raise NotFound("id", kind="Prediction", id=global_id("Prediction", id_))
    return found


def page(data: Said) -> str:
    """Write the page."""
    return tidy(TEMPLATES.get_template("pack.md").render(p=data["prediction"]))


def tidy(text: str) -> str:
    """Take out the empty lines that a template leaves: more than one, and those between the points of a list."""
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    return re.sub(r"(?<=\n)(- .*)\n\n(?=- )", r"\1\n", text)


def dated(day: str, precision: str | None) -> str:
    """Write a date as far as it is known: 2025-11-19, 2025-11, 2025-Q4, 2025-autumn or 2025."""
    return dates.write(date.fromisoformat(day), DatePrecision[precision or "DAY"])


def target(said: Said) -> str:
    """Write the number that was predicted in words."""
    return str(Target.model_construct(None, **{**said, "comparator": Comparator[said["comparator"]]}))


def final_early(prediction: Said) -> str:
    """Name the verdicts that can be final before the due date."""
    verdicts = final(Deadline(date.fromisoformat(prediction["dueOn"]), bound=DueBound[prediction["bound"]]), date.max)
    return f"{', '.join(verdicts[:-1])} or {verdicts[-1]}"


SEALED = {camel(name): name.replace("_", " ") for name in SEALED_WORDS}
"""The sealed words, by the names of the API, as a page names them."""


def edits(revisions: Iterable[Said]) -> list[Said]:
    """List the changes of sealed words: what was changed, from what to what, when, by whom and why."""
    return [
        {**revision, **change, "field": SEALED[change["field"]]}
        for revision in revisions
        for change in revision["changes"]
        if change["field"] in SEALED and change["before"] is not None
    ]


def siblings(prediction: Said) -> list[Said]:
    """List the other predictions that appear in the same sources, each once."""
    sources = [each["source"] for each in prediction["claim"]["appearances"]["nodes"]]
    found = {other["uuid"]: other for source in sources for other in source["predictions"]["nodes"]}
    found.pop(prediction["uuid"], None)
    return list(found.values())


def more(connection: Said) -> int:
    """Count the rows of a list beyond its page."""
    return int(connection["totalCount"]) - len(connection["nodes"])


def as_json(value: object) -> Markup:
    """Write JSON into a block of code: its content is from the schema, not from data."""
    return markdown.marked(json.dumps(value, ensure_ascii=False, indent=2))


def address_for(id_: UUID) -> str:
    """Write the address at which GraphiQL opens with the question filled in, and a program gets its answer."""
    asked = {"query": IN_ADDRESS, "variables": json.dumps({"id": str(id_)}, separators=(",", ":"))}
    return f"/graphql?{urlencode(asked, safe='():!$,')}"


TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER / "templates"),
    autoescape=True,  # of nothing, as `written` comes first and marks it all; and what a macro writes is marked then
    finalize=markdown.written,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {"dated": dated, "link": markdown.link, "quoted": markdown.quoted, "json": as_json, "more": more}
TEMPLATES.filters |= {"edits": edits, "siblings": siblings, "counted": counted, "target": target, "final_early": final_early}
TEMPLATES.globals["bounds"] = {each.value: each.description for each in DueBound}
TEMPLATES.globals["verdicts"] = [(each.value, each.description) for each in Verdict]


class PredictionLinks:
    """Where the links of digests and webhooks lead: to the question about a prediction, ready to be asked."""

    def __init__(self, desk: Desk, callers: Authenticator, limits: Limits) -> None:
        self._desk, self._callers, self._limits = desk, callers, limits

    async def lead(self, request: Request) -> Response:
        """Redirect to the question. Only a person who may read gets a 404 for an unknown id; all others are led to sign in."""
        given = request.path_params["uuid"]
        id_ = parse_uuid(given)
        is_there = id_ is not None
        if id_ is not None and await self._may_read(request):
            is_there = await self._callers.ask(partial(self._is_there, id_), self._limits.statement_seconds)
        if id_ is None or not is_there:
            raise RequestError(404, "There is no prediction at this address.", "NOT_FOUND")
        return RedirectResponse(address_for(id_), 303)

    async def _may_read(self, request: Request) -> bool:
        """Tell whether the visitor may read."""
        try:
            shown = self._callers.credentials(request, request.headers.get("authorization")).shown or cookie_of(request)
            actor = await self._callers.identify(Credentials(shown, is_from_here(request)), address_of(request))
            return actor.may(Permission.READ)
        except Unauthenticated:
            return False

    def _is_there(self, id_: UUID, cancellation: Cancellation) -> bool:
        """Look whether there is such a prediction."""
        with self._desk.database.read(cancellation) as session:
            return bool(records.existing_ids(session, Prediction, [id_]))


def routes(desk: Desk, callers: Authenticator, limits: Limits, rates: RateLimits) -> list[BaseRoute]:
    """Make the route of the links."""
    lead = charged(PredictionLinks(desk, callers, limits).lead, rates)
    return [Route("/predictions/{uuid}", told(lead), methods=["GET"])]
