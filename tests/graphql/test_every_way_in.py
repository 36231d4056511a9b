"""Every way in, walked with every verb: by cookie, with what is shown in the wrong place, by programs, from here and from elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Account
from claimkb.domain.permissions import Role
from claimkb.graphql.limits.settings import Limits
from claimkb.identity import AnonymousAccess
from tests.builders import IS_LONG, a_feed_key, a_session, a_token, an_account, an_invitation, everything
from tests.graphql.test_door import HERE, ROLE, ROWS, bearer, sent

pytestmark = pytest.mark.long

T = TypeVar("T")

PATIENT = Limits(max_guesses=10**6, rate_cost=10**9)
COOKIE = "claimkb-80"
FROM_HERE = {"origin": HERE}
FEEDS = ("/feeds/flags.atom", "/feeds/outcomes.atom", "/feeds/due.ics")
DONE, FORBIDDEN, UNKNOWN = (200, None), (200, "FORBIDDEN"), (401, "UNAUTHENTICATED")


@pytest.fixture
def people(desk: Desk) -> dict[Role, Account]:
    """Make a person of each role, and one more who administers."""
    an_account(desk, "Root")
    return {role: an_account(desk, f"{role} {uuid4().hex[:8]}", role) for role in Role}


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    """Give a client of a server that lets anybody guess for long."""
    with TestClient(app_of(desk, PATIENT), base_url=HERE) as client:
        yield client


def secret_of(token: Any) -> str:
    """Read a token that was just issued."""
    return str(token.secret.get_secret_value())


def with_cookie(secret: str, **headers: str) -> dict[str, str]:
    """Write the headers of a browser that keeps a secret as its session."""
    return {"cookie": f"{COOKIE}={secret}", **FROM_HERE, **headers}


def of_turn(turn: int, ways: list[T]) -> list[T]:
    """Choose the ways in to try of a verb: with CLAIMKB_TEST_LONG=1, as in CI, all; without, one in turn."""
    return ways if IS_LONG else [ways[turn % len(ways)]]


OF_THE_TABLE = {"yes": DONE, "no": FORBIDDEN}


def test_a_person_who_has_signed_in_may_do_what_the_table_says_of_their_role(
    desk: Desk, client: TestClient, people: dict[Role, Account]
) -> None:
    for role, person in people.items():
        shown = with_cookie(secret_of(a_session(desk, person)))
        for verb, _, *may, _ in ROWS:
            if client.post("/graphql", json=ROLE, headers=shown).status_code == 401:  # a verb has ended it
                shown = with_cookie(secret_of(a_session(desk, person)))
            assert sent(client, verb, shown) == OF_THE_TABLE[may[list(Role).index(role)]], (verb, role)


def test_long_after_signing_in_all_goes_on_but_what_lets_others_in(desk: Desk, people: dict[Role, Account]) -> None:
    session = a_session(desk, people[Role.ADMIN])
    later = replace(desk, clock=lambda: desk.clock() + timedelta(minutes=31))
    with TestClient(app_of(later, PATIENT), base_url=HERE) as client:
        for verb, *_, again in ROWS:
            answer = sent(client, verb, with_cookie(secret_of(session)))
            assert answer == ((200, "SIGN_IN_AGAIN") if again == "yes" else DONE), verb


def test_what_is_shown_in_the_wrong_place_opens_nothing(desk: Desk, client: TestClient, people: dict[Role, Account]) -> None:
    admin = people[Role.ADMIN]
    issued, session, key, invitation = (secret_of(make(desk, admin)) for make in (a_token, a_session, a_feed_key, an_invitation))
    elsewhere = {"origin": "https://evil.example"}
    wrong = {
        "a session as a token": (bearer(session), UNKNOWN),
        "a key of feeds as a token": (bearer(key), UNKNOWN),
        "an invitation as a token": (bearer(invitation), UNKNOWN),
        "a token as a session": (with_cookie(issued), UNKNOWN),
        "a key of feeds as a session": (with_cookie(key), UNKNOWN),
        "an invitation as a session": (with_cookie(invitation), UNKNOWN),
        "a session without an origin": ({"cookie": f"{COOKIE}={session}"}, UNKNOWN),
        "a session from another site": (with_cookie(session) | elsewhere, (403, "FORBIDDEN")),
        "a session from no origin": (with_cookie(session, origin="null"), (403, "FORBIDDEN")),
        "a session from a neighbour": (with_cookie(session, origin="http://127.0.0.1:8001"), (403, "FORBIDDEN")),
        "a session under another name": ({"cookie": f"claimkb-8000={session}", **FROM_HERE}, UNKNOWN),
        "a session fetched by another site": (with_cookie(session) | {"sec-fetch-site": "cross-site"}, (403, "FORBIDDEN")),
        "a session fetched by a neighbour": (with_cookie(session) | {"sec-fetch-site": "same-site"}, (403, "FORBIDDEN")),
        "a wrong token beside a session": (with_cookie(session) | bearer("ckb_aaaaaaaa_x"), UNKNOWN),
    }
    assert sent(client, "recordClaimant", with_cookie(session)) == sent(client, "recordClaimant", bearer(issued)) == DONE
    before = everything(desk)
    addressed = list(product((issued, session, key, invitation), ("key", "access_token", "token")))
    for turn, (verb, *_) in enumerate(ROWS):
        for name, (headers, expected) in of_turn(turn, list(wrong.items())):
            assert sent(client, verb, headers) == expected, (verb, name)
        for secret, name in of_turn(turn, addressed):
            assert sent(client, verb, {}, params={name: secret})[0] in (400, 401), (verb, name)
    assert everything(desk) == before


def test_a_program_gets_in_by_its_token_alone_and_may_do_what_the_table_says(desk: Desk, client: TestClient) -> None:
    for role in Role:
        program = an_account(desk, f"bot {role} {uuid4().hex[:8]}", role, kind="PROGRAM")
        issued = secret_of(a_token(desk, program))
        for verb, _, *may, _ in ROWS:
            assert sent(client, verb, bearer(issued)) == OF_THE_TABLE[may[list(Role).index(role)]], (verb, role)


@pytest.mark.parametrize("path", FEEDS)
def test_feeds_are_read_with_a_key_or_a_token_and_with_nothing_else(
    desk: Desk, client: TestClient, people: dict[Role, Account], path: str
) -> None:
    reader = people[Role.READER]
    issued, session, key, invitation = (secret_of(make(desk, reader)) for make in (a_token, a_session, a_feed_key, an_invitation))
    asked = {
        "a key": ({"key": key}, {}, 200),
        "a token": ({}, bearer(issued), 200),
        "a token as a key": ({"key": issued}, {}, 401),
        "a session as a key": ({"key": session}, {}, 401),
        "an invitation as a key": ({"key": invitation}, {}, 401),
        "a key as a token": ({}, bearer(key), 401),
        "a session": ({}, with_cookie(session), 401),
        "a key fetched by another site": ({"key": key}, {"sec-fetch-site": "cross-site", "sec-fetch-dest": "image"}, 403),
        "nothing": ({}, {}, 401),
    }
    found = {name: client.get(path, params=params, headers=headers).status_code for name, (params, headers, _) in asked.items()}
    assert found == {name: status for name, (_, _, status) in asked.items()}


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:127.9.9.9", True),
        ("::ffff:203.0.113.9", False),
        ("203.0.113.9", False),
        ("2001:db8::1", False),
        ("::ffff:0:127.0.0.1", False),
        ("64:ff9b::127.0.0.1", False),
    ],
)
def test_who_is_here_is_told_by_the_address_however_it_is_written(sqlite_desk: Desk, address: str, is_here: bool) -> None:
    with TestClient(app_of(sqlite_desk, PATIENT), base_url=HERE, client=(address, 50_000)) as client:
        for verb, scope, *_ in ROWS:
            expected = UNKNOWN if not is_here else FORBIDDEN if scope == "ADMIN" else DONE
            assert sent(client, verb, {}) == expected, verb


def test_who_reads_without_an_account_uses_no_verb(desk: Desk) -> None:
    an_account(desk)
    before = everything(desk)
    with TestClient(app_of(desk, PATIENT, anonymous=AnonymousAccess(public_read=True)), base_url=HERE) as client:
        assert {sent(client, verb, {}) for verb, *_ in ROWS} == {FORBIDDEN}
    assert everything(desk) == before
