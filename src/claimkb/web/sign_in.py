"""How does a person sign in with a browser? Pages with forms, which need no script."""

from contextlib import suppress
from functools import partial
from urllib.parse import parse_qsl

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from claimkb.domain import Account, Token, password, second_factor, token
from claimkb.domain.access import SignedOut, Unauthenticated
from claimkb.domain.normal_forms import name_form
from claimkb.domain.record import storable
from claimkb.domain.refusals import Refusal
from claimkb.domain.token import Shown, TokenKind
from claimkb.graphql.execution.operation_request import RequestError
from claimkb.graphql.limits.rate_limits import RateLimits
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport.authentication import Authenticator, address_of, cookie_for, read_session_cookie
from claimkb.graphql.transport.origins import is_same_origin
from claimkb.graphql.transport.requests import read_body
from claimkb.identity import SignIns
from claimkb.web.pages import FOLDER, charged, page, told

LONGEST_FORM = 10_000
DAY_SECONDS = 86_400
DRAWING = 100
"""The cost of the page of the second factor, which may draw a QR code."""

INSIDE, SECOND_FACTOR = "/graphql", "/second-factor"
"""The page after signing in, and the page on which a second factor is set up."""


class SignInPages:
    """The pages on which a person signs in and out, chooses a password, and sets up a second factor."""

    def __init__(self, sign_ins: SignIns, callers: Authenticator, limits: Limits) -> None:
        self._sign_ins, self._callers, self._limits = sign_ins, callers, limits

    async def sign_in(self, request: Request) -> Response:
        """Show the account that is signed in, or the form; sign in the sender of the form."""
        if request.method != "POST":
            return await self._show(request)
        form = await self._form(request)
        name, given, code = form.get("name", "").strip(), secret_in(form, "password"), secret_in(form, "code")
        try:
            proof = partial(self._sign_ins.sign_in, name, given, code, device_of(request))
            made = await self._callers.prove(proof, address_of(request), await self._about(request, name))
        except Unauthenticated as refused:
            return page("sign_in.html", 401, name=name, refusal=str(refused))
        return await self._inside(request, made)

    async def password(self, request: Request) -> Response:
        """Show the form to choose a password; choose the one that was sent."""
        account = await self._who(request)
        if request.method != "POST":
            return choosing(account)
        form, device = await self._form(request), device_of(request)
        current, new, code = (secret_in(form, name) for name in ("current_password", "new_password", "code"))
        try:
            shown = shown_in(request, form)
            chosen = partial(self._sign_ins.choose_password, shown, current, new, code, device)
            made = await self._callers.prove(chosen, address_of(request), guesses_with(shown))
        except Refusal as refused:
            return choosing(account, status_of(refused), str(refused))
        return await self._inside(request, made)

    async def second_factor(self, request: Request) -> Response:
        """Show the second factor, or how to set one up; set up the one that was sent, or take away the one that there is."""
        account, shown = await self._who(request), cookie_of(request)
        if account is None or shown is None:
            return RedirectResponse("/sign-in", 303)
        if request.method != "POST":
            return await self._factor(account)
        form, device = await self._form(request), device_of(request)
        current, code, secret = (secret_in(form, name) for name in ("current_password", "code", "secret"))
        about = address_of(request), guesses_with(shown)
        try:
            if not secret:
                away = partial(self._sign_ins.take_second_factor_away, shown, current, code, device)
                return inside(request, await self._callers.prove(away, *about), SECOND_FACTOR)
            wanted = partial(self._sign_ins.set_up_second_factor, shown, current, secret, code, device)
            made, codes = await self._callers.prove(wanted, *about)
        except Refusal as refused:
            return await self._factor(account, secret, status_of(refused), str(refused))
        told = page("recovery_codes.html", account=account, codes=[each.get_secret_value() for each in codes])
        return kept(request, told, made)

    async def _factor(
        self, account: Account, secret: SecretStr | None = None, status: int = 200, refusal: str | None = None
    ) -> Response:
        """Answer with the page of the second factor, or with how to set one up: with the secret that was sent, or a new one."""
        shown: dict[str, object] = {"account": account, "refusal": refusal}
        if second_factor.is_set_up(account):
            return page("second_factor.html", status, **shown)
        new = secret if secret is not None and second_factor.is_secret(secret) else self._sign_ins.new_secret()
        drawn = await self._callers.ask(lambda _: picture(account, new), self._limits.request_seconds)
        shown |= {"secret": new.get_secret_value(), "picture": drawn, "is_wanted": self._sign_ins.has_to_set_up(account)}
        return page("new_second_factor.html", status, **shown)

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        await self._form(request)
        await self._end(request)
        answer = RedirectResponse("/sign-in", 303, {"clear-site-data": '"cache", "storage"'})
        answer.delete_cookie(cookie_for(request.headers["origin"]), secure=is_secure(request), httponly=True, samesite="strict")
        return answer

    async def _show(self, request: Request) -> Response:
        """Show the account that is signed in, or the form."""
        account = await self._who(request)
        if account is not None:
            return page("signed_in.html", account=account)
        return page("sign_in.html", name="", refusal=None)

    async def _who(self, request: Request) -> Account | None:
        """Return the account that is signed in, or None."""
        shown = cookie_of(request)
        return None if shown is None else await self._account_of(shown)

    async def _about(self, request: Request, name: str) -> str:
        """Name the target of a password guess: a name; or, for signing in again, the session, which strangers do not know."""
        account, shown = await self._who(request), cookie_of(request)
        is_again = account is not None and shown is not None and account.name == name
        return guesses_with(shown) if shown is not None and is_again else f"name {name_form(name)}"

    async def _account_of(self, session: Shown) -> Account | None:
        """Return the account of a session; None if the session is not in force."""
        try:
            return await self._callers.ask(partial(self._sign_ins.whose, session), self._limits.request_seconds)
        except Unauthenticated:
            return None

    async def _inside(self, request: Request, made: Token) -> Response:
        """Redirect after signing in: to the second factor where one has to be set up. The old session ends."""
        await self._end(request)
        account = await self._account_of(token.read(made.secret.get_secret_value(), TokenKind.SESSION))
        return inside(request, made, SECOND_FACTOR if account and self._sign_ins.has_to_set_up(account) else INSIDE)

    async def _end(self, request: Request) -> None:
        """End the session that a browser had, if it had one."""
        shown = cookie_of(request)
        if shown is not None:
            with suppress(SignedOut):
                await self._callers.ask(partial(self._sign_ins.sign_out, shown), self._limits.request_seconds)

    async def _form(self, request: Request) -> dict[str, str]:
        """Read a form that a page of this server sent."""
        if not is_same_origin(request):
            raise RequestError(403, "This form was not sent by a page of this server.", "FORBIDDEN")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise RequestError(415, "Send a form.")
        body = await read_body(request, LONGEST_FORM, self._limits.request_seconds)
        try:
            form = dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=10))
            return {name: storable(each) for name, each in form.items()}
        except ValueError:
            raise RequestError(400, "This is no form.") from None


def device_of(request: Request) -> str:
    """Read the browser's User-Agent, by which people recognise their sessions."""
    said = request.headers.get("user-agent", "")
    return "".join(sign for sign in said if sign.isprintable())[:300].strip() or "A browser"


def is_secure(request: Request) -> bool:
    """Tell whether the browser says that the page came by HTTPS."""
    return request.headers["origin"].startswith("https://")


def cookie_of(request: Request) -> Shown | None:
    """Read the session cookie. Only a POST has an Origin, which tells the scheme; for a GET try the cookie of either scheme."""
    host, origin = request.headers["host"], request.headers.get("origin")
    return read_session_cookie(request, origin) if origin else read_session_cookie(request, f"https://{host}", f"http://{host}")


def shown_in(request: Request, form: dict[str, str]) -> Shown:
    """Read the credential for choosing a password: the invitation in the form, or the session."""
    invitation = form.get("invitation", "").strip()
    shown = None if invitation else cookie_of(request)
    return shown or token.read(invitation, TokenKind.INVITATION)


def guesses_with(shown: Shown) -> str:
    """Name the target of a password guess that shows a session or an invitation: by its secret, as others see its prefix."""
    return f"token {shown.secret_hash}"


def secret_in(form: dict[str, str], name: str) -> SecretStr:
    """Read a secret of a form; nothing where it was left out."""
    return SecretStr(form.get(name, ""))


def status_of(refused: Refusal) -> int:
    """Return the status for a refused form."""
    return 401 if isinstance(refused, Unauthenticated) else 400


def picture(account: Account, secret: SecretStr) -> str:
    """Draw the QR code from which an app takes a secret over, as a data URI."""
    import segno

    drawn = segno.make(second_factor.address_of(secret, account.name))
    uri: str = drawn.svg_data_uri(scale=4, light="white")
    return uri


def choosing(account: Account | None, status: int = 200, refusal: str | None = None) -> HTMLResponse:
    """Answer with the page on which a password is chosen."""
    sizes = {"shortest": password.SHORTEST, "longest": password.LONGEST}
    return page("password.html", status, account=account, refusal=refusal, **sizes)


def kept(request: Request, answer: Response, made: Token) -> Response:
    """Have the browser keep a session, out of reach of scripts and other sites."""
    origin = request.headers["origin"]
    seconds = ((made.expires_on - made.created_at.date()).days + 1) * DAY_SECONDS
    name, secure = cookie_for(origin), is_secure(request)
    answer.set_cookie(name, made.secret.get_secret_value(), seconds, path="/", secure=secure, httponly=True, samesite="strict")
    return answer


def inside(request: Request, made: Token, to: str) -> Response:
    """Redirect after signing in, with the new session."""
    return kept(request, RedirectResponse(to, 303), made)


def routes(sign_ins: SignIns, callers: Authenticator, limits: Limits, rates: RateLimits) -> list[BaseRoute]:
    """Make the routes of the pages."""
    pages = SignInPages(sign_ins, callers, limits)
    return [
        Route("/sign-in", told(charged(pages.sign_in, rates)), methods=["GET", "POST"]),
        Route("/sign-out", told(charged(pages.sign_out, rates)), methods=["POST"]),
        Route("/password", told(charged(pages.password, rates)), methods=["GET", "POST"]),
        Route(SECOND_FACTOR, told(charged(pages.second_factor, rates, DRAWING)), methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=FOLDER / "static")),
    ]
