"""What have all pages in common? Their templates, what their answers say to a browser, and how a refusal looks."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import jinja2
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from claimkb import logs
from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.transport.authentication import address_of, spend
from claimkb.graphql.transport.requests import request_id_of

log = logging.getLogger("claimkb")

COST = 10
"""The cost of a page under the rate limit of an address."""

Answer = Callable[[Request], Awaitable[Response]]
"""Answers a request for a page."""

FOLDER = Path(__file__).parent
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
)

POLICY = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would send Origin: null with the form
    "Cache-Control": "no-store",
}


def page(template: str, status: int = 200, **shown: object) -> HTMLResponse:
    """Answer with a page."""
    return HTMLResponse(TEMPLATES.get_template(template).render(shown), status, HEADERS)


def on_a_page(refused: RequestError) -> Response:
    """Show a refusal on a page."""
    return page("refused.html", refused.status, refusal=refused.message)


def charged(answer: Answer, rates: RateLimits, cost: int = COST) -> Answer:
    """Charge the address that asks for a page, before anything is done for it."""

    async def answered(request: Request) -> Response:
        spend(rates, address_of(request), cost)
        return await answer(request)

    return answered


def told(answer: Answer, show: Callable[[RequestError], Response] = on_a_page) -> Answer:
    """Answer a request under its id, and show it where it is refused."""

    async def shown_or_told(request: Request) -> Response:
        try:
            shown = await answer(request)
        except ClientDisconnect:
            log.info("%s %s: the client left", request.method, request.url.path)
            return Response()
        except RequestError as refused:
            logs.note(code=refused.extensions["code"])
            shown = show(refused)
            shown.headers.update(refused.headers)
        shown.headers["x-request-id"] = request_id_of(request)
        return shown

    return shown_or_told
