"""Signing in with a browser: what its pages send, what it keeps, and what is refused."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from pydantic import SecretStr
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from claimkb.actions import accounts
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Account, password, token
from claimkb.domain.access import NotAPerson
from claimkb.domain.policy import Policy
from claimkb.domain.secret import NOTHING
from claimkb.domain.token import TokenKind
from claimkb.graphql.limits.rate_limits import MOST_KEPT
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.transport.authentication import MOST_WAITING, Authenticator
from claimkb.graphql.transport.endpoint import Application
from claimkb.identity import COMMAND_LINE, AnonymousAccess, SignIns
from tests.builders import NOON, a_desk, a_token, an_account, an_invitation, do, everything, refused
from tests.cli.test_serving import serving
from tests.graphql.test_graphiql import CHROMIUM, browsing, execute

HERE = "http://127.0.0.1"
FROM_HERE = {"origin": HERE}
COOKIE = "claimkb-80"
WORDS = "four words of mine"
VIEWER = {"query": "{ viewer { name role permissions } }"}


def invited(desk: Desk, account: Account) -> str:
    """Invite somebody."""
    return an_invitation(desk, account).secret.get_secret_value()


def send(client: TestClient, path: str, origin: str | None = HERE, **form: str) -> Any:
    """Send a form as a page of this server does."""
    headers = {} if origin is None else {"origin": origin}
    return client.post(path, data=form, headers=headers, follow_redirects=False)


def told(answer: Any) -> tuple[int, str]:
    """Tell how a form was refused."""
    (alert,) = re.findall(r'<p role="alert">(.*)</p>', answer.text)
    return answer.status_code, alert


def name_of(client: TestClient) -> str | None:
    """Ask as whom a page of this server acts."""
    answer = client.post("/graphql", json=VIEWER, headers=FROM_HERE)
    return answer.json()["data"]["viewer"]["name"] if answer.status_code == 200 else None


@pytest.fixture
def ada(desk: Desk) -> Account:
    """Make an account that has a password."""
    account = an_account(desk, "Ada")
    with TestClient(app_of(desk), base_url=HERE) as client:
        assert send(client, "/password", invitation=invited(desk, account), new_password=WORDS).status_code == 303
    return account


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a browser without cookies."""
    with TestClient(app_of(desk, Limits(max_guesses=100)), base_url=HERE) as client:
        yield client


def test_who_is_invited_chooses_a_password_once_and_is_signed_in(desk: Desk, client: TestClient) -> None:
    account = an_account(desk, "Ada", "REPORTER")
    invitation = invited(desk, account)
    assert told(send(client, "/password", invitation=invitation, new_password="too short"))[0] == 400
    answer = send(client, "/password", invitation=invitation, new_password=WORDS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/graphql")
    assert name_of(client) == "Ada"
    client.cookies.clear()
    assert told(send(client, "/password", invitation=invitation, new_password=WORDS + "!"))[0] == 401
    assert send(client, "/sign-in", name="Ada", password=WORDS).status_code == 303


@pytest.mark.usefixtures("ada")
def test_the_cookie_is_kept_from_scripts_and_other_sites_and_over_https_from_other_hosts(desk: Desk) -> None:
    with TestClient(app_of(desk), base_url=HERE) as client:
        said = send(client, "/sign-in", name="Ada", password=WORDS).headers["set-cookie"]
    assert re.fullmatch(r"claimkb-80=ckb_[a-z2-7]{8}_[\w-]{43}; HttpOnly; Max-Age=691200; Path=/; SameSite=strict", said)
    with TestClient(app_of(desk, hosts=["kb.example.org"]), base_url="https://kb.example.org") as client:
        said = send(client, "/sign-in", "https://kb.example.org", name="Ada", password=WORDS).headers["set-cookie"]
        assert said.startswith("__Host-claimkb=ckb_")
        assert said.endswith("; HttpOnly; Max-Age=691200; Path=/; SameSite=strict; Secure")
        answer = client.post("/graphql", json=VIEWER, headers={"origin": "https://kb.example.org"})
        assert answer.json()["data"]["viewer"]["name"] == "Ada"


@pytest.mark.usefixtures("ada")
def test_a_session_has_what_the_role_grants_and_is_named_in_the_history(desk: Desk, client: TestClient) -> None:
    send(client, "/sign-in", name="Ada", password=WORDS)
    permissions = client.post("/graphql", json=VIEWER, headers=FROM_HERE).json()["data"]["viewer"]["permissions"]
    assert "ADMINISTER" in permissions
    asked = "{ viewer { account { passwordSetAt tokens { nodes { kind name revisions { nodes { action recordedBy } } } } } } }"
    account = client.post("/graphql", json={"query": asked}, headers=FROM_HERE).json()["data"]["viewer"]["account"]
    assert account["passwordSetAt"] == "2026-11-23T12:00:00Z"
    assert [(each["kind"], each["name"], each["revisions"]["nodes"][-1]) for each in account["tokens"]["nodes"]] == [
        ("INVITATION", "Invitation to choose a password", {"action": "choosePassword", "recordedBy": "Ada"}),
        ("SESSION", "testclient", {"action": "choosePassword", "recordedBy": "Ada"}),
        ("SESSION", "testclient", {"action": "signIn", "recordedBy": "Ada"}),
    ]
    kept = repr({name: rows for name, rows in everything(desk).items() if name in ("revision", "announcement", "performed")})
    assert "argon2" not in kept
    assert "argon2" in repr(everything(desk)["account"])


@pytest.mark.usefixtures("ada")
def test_a_cookie_counts_only_for_what_a_page_of_this_server_sends_by_post(client: TestClient) -> None:
    send(client, "/sign-in", name="Ada", password=WORDS)
    assert client.post("/graphql", json=VIEWER).status_code == 401
    assert client.post("/graphql", json=VIEWER, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.get("/graphql", params=VIEWER, headers=FROM_HERE).status_code == 401
    assert client.head("/graphql", params=VIEWER, headers=FROM_HERE).status_code == 401
    secret = client.cookies[COOKIE]
    assert client.post("/graphql", json=VIEWER, headers={"authorization": f"Bearer {secret}"}).status_code == 401


def test_a_token_is_no_session_and_an_invitation_neither(desk: Desk, client: TestClient) -> None:
    account = an_account(desk)
    for secret in (a_token(desk, account).secret.get_secret_value(), invited(desk, account)):
        client.cookies.set(COOKIE, secret or "")
        assert name_of(client) is None
        assert "Signed in" not in client.get("/sign-in").text
    assert client.post("/graphql", json=VIEWER, headers={"authorization": f"Bearer {invited(desk, account)}"}).status_code == 401


@pytest.mark.usefixtures("ada")
def test_a_websocket_of_a_page_of_this_server_acts_for_who_is_signed_in(client: TestClient) -> None:
    send(client, "/sign-in", name="Ada", password=WORDS)

    def connect(headers: dict[str, str]) -> Any:
        with client.websocket_connect("/graphql", subprotocols=["graphql-transport-ws"], headers=headers) as socket:
            socket.send_json({"type": "connection_init"})
            assert socket.receive_json() == {"type": "connection_ack"}
            socket.send_json({"id": "1", "type": "subscribe", "payload": VIEWER})
            return socket.receive_json()["payload"]["data"]["viewer"]["name"]

    cookie = {"cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    assert connect(FROM_HERE | {"host": "127.0.0.1"} | cookie) == "Ada"
    with pytest.raises(WebSocketDisconnect):
        connect(cookie)


@pytest.mark.usefixtures("ada")
def test_signing_in_again_ends_the_session_before_and_signing_out_the_last(client: TestClient) -> None:
    send(client, "/sign-in", name="Ada", password=WORDS)
    first = client.cookies[COOKIE]
    send(client, "/sign-in", name="Ada", password=WORDS)
    second = client.cookies[COOKIE]
    assert name_of(client) == "Ada"
    client.cookies.clear()
    client.cookies.set(COOKIE, first)
    assert name_of(client) is None
    client.cookies.clear()
    client.cookies.set(COOKIE, second)
    assert "You are signed in as <strong>Ada</strong>, ADMIN." in client.get("/sign-in").text
    answer = send(client, "/sign-out", any="thing")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    client.cookies.set(COOKIE, second)
    assert name_of(client) is None


@pytest.mark.usefixtures("ada")
def test_another_password_takes_the_current_one_and_ends_every_session(client: TestClient) -> None:
    send(client, "/sign-in", name="Ada", password=WORDS)
    elsewhere = client.cookies[COOKIE]
    client.cookies.clear()
    send(client, "/sign-in", name="Ada", password=WORDS)
    assert told(send(client, "/password", current_password="wrong", new_password=WORDS + " too"))[0] == 401
    assert send(client, "/password", current_password=WORDS, new_password=WORDS + " too").status_code == 303
    assert name_of(client) == "Ada"
    client.cookies.clear()
    client.cookies.set(COOKIE, elsewhere)
    assert name_of(client) is None
    client.cookies.clear()
    assert send(client, "/sign-in", name="Ada", password=WORDS).status_code == 401
    assert send(client, "/sign-in", name="Ada", password=WORDS + " too").status_code == 303


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("name", "given"),
    [("Ada", "wrong"), ("Ada", ""), ("", ""), ("Nobody", WORDS), ("Ada", "x" * 5000), ("No password", WORDS)],
)
def test_what_is_wrong_is_refused_in_the_same_words_and_nothing_changes(
    desk: Desk, client: TestClient, name: str, given: str
) -> None:
    an_account(desk, "No password")
    before = everything(desk)
    words = (
        "The name, the password and, if you have a second factor, its code do not belong together, or the account is closed. "
        "A code is taken once: wait for the next one. An administrator can invite you anew."
    )
    assert told(send(client, "/sign-in", name=name, password=given)) == (401, words)
    assert everything(desk) == before


def test_a_closed_account_is_signed_out_at_once_and_cannot_sign_in(desk: Desk, client: TestClient, ada: Account) -> None:
    an_account(desk, "Root")
    send(client, "/sign-in", name="Ada", password=WORDS)
    assert name_of(client) == "Ada"
    do(desk, accounts.close_account, accounts.CloseAccount(account_id=ada.id, reason="r"), COMMAND_LINE)
    assert name_of(client) is None
    assert send(client, "/sign-in", name="Ada", password=WORDS).status_code == 401


def test_a_session_and_an_invitation_last_a_week(url: str, desk: Desk, ada: Account) -> None:
    with TestClient(app_of(desk), base_url=HERE) as client:
        send(client, "/sign-in", name="Ada", password=WORDS)
        kept, invitation = client.cookies[COOKIE], invited(desk, ada)
    for days, name, status in ((7, "Ada", 303), (8, None, 401)):
        later = replace(a_desk(url, NOON + timedelta(days=days)), policy=Policy(session_idle=timedelta(days=30)))
        with TestClient(app_of(later), base_url=HERE) as client:
            client.cookies.set(COOKIE, kept)
            assert name_of(client) == name
            if status == 401:
                client.cookies.clear()
                assert send(client, "/password", invitation=invitation, new_password=WORDS).status_code == status
        later.database.close()


def test_a_session_that_nobody_uses_for_half_a_day_ends(desk: Desk, ada: Account) -> None:
    passed = timedelta()
    desk = replace(desk, clock=lambda: NOON + passed)
    with TestClient(app_of(desk), base_url=HERE) as client:
        send(client, "/sign-in", name="Ada", password=WORDS)
        seen = []
        for hours in (11, 11, 13):
            passed += timedelta(hours=hours)
            app = app_of(desk)  # another server remembers nothing of a moment ago
            with TestClient(app, base_url=HERE, cookies=client.cookies) as other:
                seen.append(name_of(other))
    assert (seen, ada.name) == (["Ada", "Ada", None], "Ada")


def guesses(app: Application, *tries: tuple[str, str]) -> list[Any]:
    """Guess at the passwords of names, each time from an address."""
    answers = []
    for address, name in tries:
        with TestClient(app, base_url=HERE, client=(address, 1)) as client:
            answers.append(send(client, "/sign-in", name=name, password="wrong"))
    return answers


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [
        ([("203.0.113.1", f"A{number}") for number in range(4)], "61"),
        ([(f"2001:db8::{number}", f"A{number}") for number in range(4)], "61"),
        ([(f"203.0.113.{number}", "Ada") for number in range(4)], "601"),
    ],
    ids=["address", "network", "name"],
)
@pytest.mark.usefixtures("standing_rates")
def test_guesses_at_passwords_are_slowed(sqlite_desk: Desk, tries: list[tuple[str, str]], seconds: str) -> None:
    an_account(sqlite_desk)
    answers = guesses(app_of(sqlite_desk, Limits(max_guesses=3, guesses_per_minute=1)), *tries)
    assert [each.status_code for each in answers] == [401, 401, 401, 429]
    assert answers[-1].headers["retry-after"] == seconds
    assert "Too many guesses" in told(answers[-1])[1]


def test_a_flood_of_other_guesses_does_not_make_those_at_a_name_forgotten(sqlite_desk: Desk) -> None:
    an_account(sqlite_desk)
    app = app_of(sqlite_desk, Limits(max_guesses=2, guesses_per_minute=1))
    ada = [(f"203.0.113.{number}", "Ada") for number in range(3)]
    assert guesses(app, *ada)[-1].status_code == 429
    callers: Authenticator = app.endpoint.authenticator
    for number in range(MOST_KEPT + 10):
        callers._guesses.take(f"198.51.{number}", 1)
    assert guesses(app, ("203.0.113.9", "Ada"))[-1].status_code == 429


def test_where_nobody_needs_to_sign_in_an_old_cookie_counts_as_nothing(sqlite_desk: Desk) -> None:
    old = "ckb_aaaaaaaa_" + "A" * 43
    with TestClient(app_of(sqlite_desk, Limits(max_guesses=1)), base_url=HERE) as client:
        client.cookies.set(COOKIE, old)
        assert [name_of(client) for _ in range(3)] == ["local editor"] * 3
        ada = an_account(sqlite_desk)
        assert name_of(client) is None
        assert send(client, "/password", invitation=invited(sqlite_desk, ada), new_password=WORDS).status_code == 303
    with TestClient(app_of(sqlite_desk, anonymous=AnonymousAccess(public_read=True)), base_url=HERE) as client:
        client.cookies.set(COOKIE, old)
        assert name_of(client) == "anonymous"


def test_a_forgotten_tab_does_not_keep_its_address_from_signing_in(client: TestClient, sqlite_desk: Desk) -> None:
    ada = an_account(sqlite_desk)
    with TestClient(app_of(sqlite_desk, Limits(max_guesses=2, guesses_per_minute=1)), base_url=HERE) as client:
        client.cookies.set(COOKIE, "ckb_aaaaaaaa_" + "A" * 43)
        assert [client.post("/graphql", json=VIEWER, headers=FROM_HERE).status_code for _ in range(5)] == [401] * 5
        assert send(client, "/password", invitation=invited(sqlite_desk, ada), new_password=WORDS).status_code == 303


@pytest.mark.usefixtures("ada")
def test_a_link_from_elsewhere_to_a_page_leaves_the_session_alone(client: TestClient) -> None:
    send(client, "/sign-in", name="Ada", password=WORDS)
    kept = client.cookies[COOKIE]
    client.cookies.clear()  # as with SameSite=Strict
    for path in ("/sign-in", "/password"):
        assert "set-cookie" not in client.get(path).headers
    client.cookies.set(COOKIE, kept)
    assert name_of(client) == "Ada"


@pytest.mark.usefixtures("ada")
def test_who_is_signed_in_may_use_an_invitation_too_and_the_session_before_ends(desk: Desk, client: TestClient) -> None:
    send(client, "/sign-in", name="Ada", password=WORDS)
    before = client.cookies[COOKIE]
    assert 'name="invitation"' in client.get("/password").text
    bea = an_account(desk, "Bea", "READER")
    answer = send(client, "/password", current_password="", invitation=invited(desk, bea), new_password=WORDS)
    assert (answer.status_code, name_of(client)) == (303, "Bea")
    client.cookies.clear()
    client.cookies.set(COOKIE, before)
    assert name_of(client) is None
    assert send(client, "/sign-in", name="Ada", password=WORDS).status_code == 303


def test_an_invitation_that_two_use_at_once_is_used_by_one(desk: Desk) -> None:
    ada = an_account(desk)
    shown = token.read(invited(desk, ada), TokenKind.INVITATION)
    doors = [SignIns(desk) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        using = [
            pool.submit(door.choose_password, shown, NOTHING, SecretStr(WORDS), NOTHING, f"device {n}")
            for n, door in enumerate(doors)
        ]
    refusals = [each.exception() for each in using]
    assert sorted(type(each).__name__ for each in refusals) == ["InvitationRefused"] * 3 + ["NoneType"]


@pytest.mark.usefixtures("ada")
def test_few_wait_to_sign_in_and_others_are_told_to_come_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    app, many = app_of(desk, Limits(max_guesses=1000)), 60
    refused: list[int] = []
    all_others_refused = Event()
    monkeypatch.setattr(password, "is_right", lambda *_: all_others_refused.wait(8) and False)

    async def sign_in(client: AsyncClient) -> int:
        status = (await client.post("/sign-in", data={"name": "Nobody", "password": "wrong"})).status_code
        refused.extend([status] if status == 503 else [])
        if len(refused) == many - MOST_WAITING:
            all_others_refused.set()
        return status

    async def flood() -> list[int]:
        async with AsyncClient(transport=ASGITransport(app), base_url=HERE, headers=FROM_HERE) as client:
            return await asyncio.gather(*(sign_in(client) for _ in range(many)))

    statuses = asyncio.run(flood())
    assert set(statuses) == {401, 503}
    assert statuses.count(401) == MOST_WAITING


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/password"])
@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/x-www-form-urlencoded"}, b"name=Ada", 403),
        ({"content-type": "application/x-www-form-urlencoded", "origin": "null"}, b"name=Ada", 403),
        ({"content-type": "application/x-www-form-urlencoded", "origin": "http://evil.example"}, b"name=Ada", 403),
        ({"content-type": "application/json", **FROM_HERE}, b"{}", 415),
        ({"content-type": "application/x-www-form-urlencoded", **FROM_HERE}, b"name=%ff", 400),
        ({"content-type": "application/x-www-form-urlencoded", **FROM_HERE}, b"name=Ada%00&password=x", 400),
        ({"content-type": "application/x-www-form-urlencoded", **FROM_HERE}, b"\xff", 400),
        ({"content-type": "application/x-www-form-urlencoded", **FROM_HERE}, b"&".join([b"a=b"] * 100), 400),
        ({"content-type": "application/x-www-form-urlencoded", **FROM_HERE}, b"a=" + b"b" * 20_000, 413),
    ],
)
def test_what_is_no_form_of_ours_is_refused(
    sqlite_desk: Desk, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    an_account(sqlite_desk)
    before = everything(sqlite_desk)
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        assert client.post(path, content=body, headers=headers).status_code == status
    assert everything(sqlite_desk) == before


def test_a_program_is_not_invited(desk: Desk) -> None:
    account = an_account(desk, "Importer", kind="PROGRAM")
    refusal = refused(desk, NotAPerson, accounts.invite, accounts.Invite(account_id=account.id), COMMAND_LINE)
    assert str(refusal) == "Importer is a program: it gets in with a token, not with a password."


def test_a_page_shows_names_as_text_and_is_kept_by_nobody(sqlite_desk: Desk) -> None:
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        answer = send(client, "/sign-in", name='"><script>x</script>', password="p")
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
    )
    assert (answer.headers["x-frame-options"], answer.headers["referrer-policy"]) == ("DENY", "same-origin")


@pytest.mark.program
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
@pytest.mark.long
def test_a_person_signs_in_with_a_browser_asks_and_signs_out(tmp_path: Path, executable: Path) -> None:
    def claimkb(*words: str) -> str:
        return subprocess.run([executable, *words], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    claimkb("account", "create", "Ada", "--role", "EDITOR")
    invitation = claimkb("account", "invite", "Ada").strip()
    with serving(executable, tmp_path, "--seed") as (address, _), browsing(address) as (page, elsewhere, complaints):
        page.get_by_role("link", name="sign in").click()
        page.get_by_role("link", name="Choose a password").click()
        page.get_by_label("Invitation").fill(invitation)
        page.get_by_label("New password").fill(WORDS)
        page.get_by_role("button", name="Choose it").click()
        execute(page, "Does Mohammed bin Salman visit Washington")
        assert page.locator("#unknown").is_hidden()
        page.get_by_role("link", name="claimkb").click()
        page.get_by_text("You are signed in as Ada, EDITOR.").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Password").fill("not this one")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("alert").get_by_text("do not belong together").wait_for()
        page.get_by_label("Password").fill(WORDS)
        page.get_by_role("button", name="Sign in").click()
        execute(page, "Does Mohammed bin Salman visit Washington")
    assert elsewhere == []
    assert [each for each in complaints if "401" not in each] == []
