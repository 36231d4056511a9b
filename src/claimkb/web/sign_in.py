"""How does a person sign in with a browser? Three pages with forms, which need no script."""

from contextlib import suppress
from functools import partial
from urllib.parse import parse_qsl

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from claimkb.domain import Token, password, token
from claimkb.domain.access import SignedOut, Unauthenticated
from claimkb.domain.account import Actor
from claimkb.domain.record import storable
from claimkb.domain.refusals import Refusal
from claimkb.domain.token import Shown, TokenKind
from claimkb.graphql.callers import Callers, address_of, cookie_for, is_from_here, kept_session
from claimkb.graphql.limits import Limits
from claimkb.graphql.origins import is_own
from claimkb.graphql.requests import Refused, read_body
from claimkb.identity import Credentials, SignIns
from claimkb.web.pages import FOLDER, page, told

LONGEST_FORM = 10_000
DAY_SECONDS = 86_400
INSIDE = "/graphql"
"""Where somebody goes on who has signed in."""


class SignInPages:
    """The pages on which a person signs in and out, and chooses a password."""

    def __init__(self, sign_ins: SignIns, callers: Callers, limits: Limits) -> None:
        self._sign_ins, self._callers, self._limits = sign_ins, callers, limits

    async def sign_in(self, request: Request) -> Response:
        """Show who is signed in, or the form; sign in who sent it."""
        if request.method != "POST":
            return await self._show(request)
        form = await self._form(request)
        name, given = form.get("name", "").strip(), SecretStr(form.get("password", ""))
        try:
            proof = partial(self._sign_ins.sign_in, name, given, device_of(request))
            made = await self._callers.prove(proof, address_of(request), f"name {name.casefold()}")
        except Unauthenticated as refused:
            return page("sign_in.html", 401, name=name, refusal=str(refused))
        await self._end(request)
        return inside(request, made)

    async def password(self, request: Request) -> Response:
        """Show the form to choose a password; choose the one that was sent."""
        actor = await self._who(request)
        if request.method != "POST":
            return choosing(actor)
        form, device = await self._form(request), device_of(request)
        current, new = SecretStr(form.get("current_password", "")), SecretStr(form.get("new_password", ""))
        try:
            shown = shown_in(request, form)
            chosen = partial(self._sign_ins.choose_password, shown, current, new, device)
            made = await self._callers.prove(chosen, address_of(request), f"token {shown.prefix}")
        except Refusal as refused:
            return choosing(actor, 401 if isinstance(refused, Unauthenticated) else 400, str(refused))
        await self._end(request)
        return inside(request, made)

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        await self._form(request)
        await self._end(request)
        answer = RedirectResponse("/sign-in", 303, {"clear-site-data": '"cache", "storage"'})
        answer.delete_cookie(cookie_for(request.headers["origin"]), secure=is_secure(request), httponly=True, samesite="strict")
        return answer

    async def _show(self, request: Request) -> Response:
        """Show who is signed in, or the form."""
        actor = await self._who(request)
        if actor is not None:
            return page("signed_in.html", actor=actor)
        return page("sign_in.html", name="", refusal=None)

    async def _who(self, request: Request) -> Actor | None:
        """Tell who is signed in; None if nobody is."""
        shown = cookie_of(request)
        if shown is None:
            return None
        try:
            actor = await self._callers.identify(Credentials(shown, is_from_here(request)), address_of(request))
            return actor if actor.account_id is not None else None
        except Unauthenticated:
            return None

    async def _end(self, request: Request) -> None:
        """End the session that a browser had, if it had one."""
        shown = cookie_of(request)
        if shown is not None:
            with suppress(SignedOut):
                await self._callers.ask(partial(self._sign_ins.sign_out, shown), self._limits.request_seconds)

    async def _form(self, request: Request) -> dict[str, str]:
        """Read a form that a page of this server sent."""
        if not is_own(request):
            raise Refused(403, "This form was not sent by a page of this server.", "FORBIDDEN")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise Refused(415, "Send a form.")
        body = await read_body(request, LONGEST_FORM, self._limits.request_seconds)
        try:
            form = dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=10))
            return {name: storable(each) for name, each in form.items()}
        except ValueError:
            raise Refused(400, "This is no form.") from None


def device_of(request: Request) -> str:
    """Tell what a browser calls itself, by which people know their sessions again."""
    said = request.headers.get("user-agent", "")
    return "".join(sign for sign in said if sign.isprintable())[:300].strip() or "A browser"


def is_secure(request: Request) -> bool:
    """Tell whether the browser says that the page came by HTTPS."""
    return request.headers["origin"].startswith("https://")


def cookie_of(request: Request) -> Shown | None:
    """Read the session that a browser keeps. It says by what scheme a page came where it sends a form, not where it asks."""
    host, origin = request.headers["host"], request.headers.get("origin")
    return kept_session(request, origin) if origin else kept_session(request, f"https://{host}", f"http://{host}")


def shown_in(request: Request, form: dict[str, str]) -> Shown:
    """Read by what somebody chooses a password: the invitation in the form, or the session."""
    invitation = form.get("invitation", "").strip()
    shown = None if invitation else cookie_of(request)
    return shown or token.read(invitation, TokenKind.INVITATION)


def choosing(actor: Actor | None, status: int = 200, refusal: str | None = None) -> HTMLResponse:
    """Answer with the page on which a password is chosen."""
    sizes = {"shortest": password.SHORTEST, "longest": password.LONGEST}
    return page("password.html", status, actor=actor, refusal=refusal, **sizes)


def inside(request: Request, made: Token) -> Response:
    """Let somebody in who has signed in: the browser keeps the session, out of reach of scripts and other sites."""
    answer, origin = RedirectResponse(INSIDE, 303), request.headers["origin"]
    seconds = ((made.expires_on - made.created_at.date()).days + 1) * DAY_SECONDS
    name, secure = cookie_for(origin), is_secure(request)
    answer.set_cookie(name, made.secret.get_secret_value(), seconds, path="/", secure=secure, httponly=True, samesite="strict")
    return answer


def routes(sign_ins: SignIns, callers: Callers, limits: Limits) -> list[BaseRoute]:
    """Make the routes of the pages."""
    pages = SignInPages(sign_ins, callers, limits)
    return [
        Route("/sign-in", told(pages.sign_in), methods=["GET", "POST"]),
        Route("/sign-out", told(pages.sign_out), methods=["POST"]),
        Route("/password", told(pages.password), methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=FOLDER / "static")),
    ]
