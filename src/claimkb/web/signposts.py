"""What does a browser see where no page is? Which feeds there are, or that an address leads nowhere. Programs get JSON there."""

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.transport.responses import parse_accept
from claimkb.web.pages import charged, page, told

KEY = """mutation {
  createFeedKey(input: {name: "my feed reader"}) {
    token { secret expiresOn }
    userErrors { message }
  }
}"""
"""Makes a feed key for the person who is signed in."""

MAKE_KEY = f"/graphql?{urlencode({'query': KEY}, safe='():!$,{}')}"
VARY = {"vary": "Accept"}


def is_browser(request: Request) -> bool:
    """Tell whether a browser asks."""
    return parse_accept(request.headers.get("accept")).prefers_html


def nowhere() -> Response:
    """Answer a browser whose address leads nowhere."""
    shown = page("nowhere.html", 404)
    shown.headers.update(VARY)
    return shown


async def _feeds(request: Request) -> Response:
    """Show which feeds there are."""
    if not is_browser(request):
        raise HTTPException(404)
    shown = page("feeds.html", make_key=MAKE_KEY)
    shown.headers.update(VARY)
    return shown


def routes(rates: RateLimits) -> list[BaseRoute]:
    """Make the route of the page about feeds."""
    return [Route("/feeds/", told(charged(_feeds, rates)), methods=["GET"])]
