"""Ways around what is agreed: tokens in another's name, keys that outlast what made them, pages elsewhere, addresses in disguise."""

from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from claimkb.actions import accounts, searches, sessions
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Token, access, token
from claimkb.domain.account import Actor
from claimkb.domain.permissions import Role, Scope
from claimkb.domain.refusals import Forbidden
from claimkb.graphql.transport.authentication import address_of
from claimkb.identity import COMMAND_LINE
from claimkb.store import accounts as accounts_of
from claimkb.store.engine import records
from tests.builders import TODAY, a_session, a_token, an_account, do, refused
from tests.graphql.conftest import Ask

HERE = "http://127.0.0.1"


def acting(desk: Desk, account: Any, **given: Any) -> Actor:
    """Act for an account with a token."""
    return token.actor_of(a_token(desk, account, **given), account)


def signed_in(desk: Desk, account: Any) -> Actor:
    """Act for an account of somebody who has signed in with a browser."""
    return token.actor_of(a_session(desk, account), account)


def test_nobody_makes_a_token_in_the_name_of_another_person(desk: Desk) -> None:
    ada, ed = an_account(desk), an_account(desk, "Ed", "EDITOR")
    order = accounts.CreateToken(account_id=ed.id, name="n")
    refused(desk, access.PersonsMakeTheirOwn, accounts.create_token, order, acting(desk, ada, scopes=list(Scope)))
    refused(desk, Forbidden, accounts.create_token, order, signed_in(desk, an_account(desk, "Rea", "REPORTER")))
    assert do(desk, accounts.create_token, order, COMMAND_LINE).account_id == ed.id


def test_a_person_who_has_signed_in_makes_their_own_tokens_and_a_token_makes_none(desk: Desk) -> None:
    ed = an_account(desk, "Ed", "EDITOR")
    order = accounts.CreateToken(account_id=ed.id, name="n", scopes=[Scope.RECORD])
    refused(desk, access.NotFromAToken, accounts.create_token, order, acting(desk, ed))
    assert do(desk, accounts.create_token, order, signed_in(desk, ed)).scopes == "READ RECORD"


def test_what_is_made_goes_no_further_and_lasts_no_longer_than_what_makes_it(desk: Desk) -> None:
    ada, last = an_account(desk), TODAY + timedelta(days=3)
    shown = acting(desk, ada, scopes=[Scope.ADMIN], expires_on=last)
    order = accounts.CreateToken(account_id=ada.id, name="n", scopes=[Scope.RECORD])
    refused(desk, access.MoreThanYouShow, accounts.create_token, order, shown)
    made = do(desk, accounts.create_token, order.model_copy(update={"scopes": [Scope.ADMIN]}), shown)
    assert (made.scopes, made.expires_on) == ("READ ADMIN", last)
    key = do(desk, searches.create_feed_key, searches.CreateFeedKey(name="k", expires_on=date(9999, 12, 31)), shown)
    assert key.expires_on == last


def test_a_key_for_feeds_lasts_a_year_at_most_and_there_are_twenty(desk: Desk) -> None:
    rea = acting(desk, an_account(desk, "Rea", "READER"), expires_on=date(9999, 12, 31))
    order = searches.CreateFeedKey(name="k", expires_on=date(9999, 12, 31))
    made = [do(desk, searches.create_feed_key, order, rea) for _ in range(20)]
    assert {each.expires_on for each in made} == {TODAY + timedelta(days=365)}
    refused(desk, access.TooManyKeys, searches.create_feed_key, order, rea)
    do(desk, searches.revoke_feed_key, searches.RevokeFeedKey(token_id=made[0].id, reason="r"), rea)
    assert do(desk, searches.create_feed_key, order, rea).id


def in_force(desk: Desk, *tokens: Any) -> list[bool]:
    """Tell which of these tokens still work."""
    with desk.database.read() as session:
        return [token.is_in_force(records.get(session, Token, each.id), desk.now()) for each in tokens]


def test_what_a_token_has_made_is_revoked_with_it_and_nothing_else(desk: Desk) -> None:
    ada, bot = an_account(desk), an_account(desk, "Bot", "REPORTER", kind="PROGRAM")
    shown, other = a_token(desk, ada), a_token(desk, ada)
    actor = token.actor_of(shown, ada)
    below = do(desk, accounts.create_token, accounts.CreateToken(account_id=ada.id, name="n", scopes=list(Scope)), actor)
    made = [
        below,
        do(desk, searches.create_feed_key, searches.CreateFeedKey(name="k"), actor),
        do(desk, accounts.create_token, accounts.CreateToken(account_id=bot.id, name="b"), token.actor_of(below, ada)),
    ]
    by_hand = do(desk, accounts.create_token, accounts.CreateToken(account_id=bot.id, name="c"), COMMAND_LINE)
    assert in_force(desk, shown, other, by_hand, *made) == [True] * 6
    do(desk, accounts.revoke_token, accounts.RevokeToken(token_id=below.id, reason="Not needed."), COMMAND_LINE)
    assert in_force(desk, shown, *made) == [True, False, True, False]
    do(desk, accounts.revoke_token, accounts.RevokeToken(token_id=shown.id, reason="Was in a screenshot."), COMMAND_LINE)
    assert in_force(desk, shown, other, by_hand, *made) == [False, True, True] + [False] * 3


@pytest.mark.long
def test_however_long_the_chain_of_tokens_is_the_first_one_is_revoked_with_all_of_it(desk: Desk) -> None:
    ada = an_account(desk)
    first = last = a_token(desk, ada)
    with desk.work(COMMAND_LINE) as work:
        work.session.info.update(action="createToken", reason=None)
        for _ in range(1_100):
            told = {"account_id": ada.id, "issued_by": "Ada", "scopes": "READ", "expires_on": TODAY, "made_with_id": last.id}
            last = work.add(token.issue(work.random(37), name="n", **told))
    do(desk, accounts.revoke_token, accounts.RevokeToken(token_id=first.id, reason="Stolen."), COMMAND_LINE)
    with desk.database.read() as session:
        assert [each for each in accounts_of.tokens_of(session, ada.id) if token.is_in_force(each, desk.now())] == []


def test_an_account_has_a_hundred_tokens_at_most(sqlite_desk: Desk) -> None:
    bot = an_account(sqlite_desk, "Bot", "REPORTER", kind="PROGRAM")
    made = [a_token(sqlite_desk, bot, scopes=[]) for _ in range(100)]
    order = accounts.CreateToken(account_id=bot.id, name="n")
    refused(sqlite_desk, access.TooManyTokens, accounts.create_token, order, COMMAND_LINE)
    do(sqlite_desk, accounts.revoke_token, accounts.RevokeToken(token_id=made[0].id, reason="r"), COMMAND_LINE)
    assert do(sqlite_desk, accounts.create_token, order, COMMAND_LINE).id


LETS_IN: dict[str, Any] = {
    "invite": (accounts.invite, lambda owner: accounts.Invite(account_id=owner.id)),
    "reset": (accounts.reset_second_factor, lambda owner: accounts.ResetSecondFactor(account_id=owner.id, reason="r")),
}


@pytest.mark.parametrize("verb", LETS_IN)
def test_a_token_lets_nobody_in_and_nobody_lets_themselves_in(desk: Desk, verb: str) -> None:
    ada, ed = an_account(desk), an_account(desk, "Ed", "EDITOR")
    action, order = LETS_IN[verb]
    refused(desk, access.NotByAToken, action, order(ed), acting(desk, ada, scopes=list(Scope)))
    refused(desk, access.NotYourOwn, action, order(ada), signed_in(desk, ada))
    bot = an_account(desk, "Bot", "ADMIN", kind="PROGRAM")
    refused(desk, access.NotByAToken, action, order(ed), acting(desk, bot, scopes=list(Scope)))


def test_what_is_done_in_the_first_session_names_who_invited_and_later_ones_who_signs_in(desk: Desk) -> None:
    ada, ed = an_account(desk), an_account(desk, "Ed", "EDITOR")
    invitation = do(desk, accounts.invite, accounts.Invite(account_id=ed.id), signed_in(desk, ada))
    order = sessions.ChoosePassword(account_id=ed.id, right_for=None, device="d", password_hash="h")
    first = do(desk, sessions.choose_password, order, token.actor_of(invitation, ed))
    assert (first.issued_by, token.actor_of(first, ed).token_issued_by) == ("Ada", "Ada")
    again = sessions.SignIn(account_id=ed.id, right_for="h", device="d")
    assert do(desk, sessions.sign_in, again, Actor("Ed", Role.EDITOR, account_id=ed.id)).issued_by == "Ed"


def test_what_is_made_by_who_has_signed_in_outlasts_the_session(desk: Desk) -> None:
    rea = an_account(desk, "Rea", "REPORTER")
    actor = signed_in(desk, rea)
    made = [
        do(desk, accounts.create_token, accounts.CreateToken(account_id=rea.id, name="n"), actor),
        do(desk, searches.create_feed_key, searches.CreateFeedKey(name="k"), actor),
    ]
    do(desk, sessions.sign_out, sessions.SignOut(), actor)
    assert in_force(desk, *made) == [True, True]


def test_a_program_is_not_the_last_administrator(desk: Desk) -> None:
    ada = an_account(desk)
    an_account(desk, "Bot", "ADMIN", kind="PROGRAM")
    for action, order in (
        (accounts.close_account, accounts.CloseAccount(account_id=ada.id, reason="r")),
        (accounts.change_role, accounts.ChangeRole(account_id=ada.id, role=Role.EDITOR)),
    ):
        refused(desk, access.LastAdmin, action, order, COMMAND_LINE)


@pytest.mark.parametrize("name", ["local  editor", "Seed\u200b", "ＳＥＥＤ", "Command\u00a0Line", "nob\u00adody"])
def test_a_name_that_looks_like_one_of_the_history_is_refused(sqlite_desk: Desk, name: str) -> None:
    order = accounts.CreateAccount(name=name, role=Role.EDITOR)
    refused(sqlite_desk, access.NameReserved, accounts.create_account, order, COMMAND_LINE)


IMAGE = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
VISIT = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "accept": "text/html"}
QUERY = "/graphql?query=%7Bsearch(query%3A%22x%22)%7BtotalCount%7D%7D"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (QUERY, IMAGE, 403),
        (QUERY, {**IMAGE, "sec-fetch-site": "same-site"}, 403),
        (QUERY, {**VISIT, "sec-fetch-dest": "iframe"}, 403),
        ("/schema.json", IMAGE, 403),
        (QUERY, {**IMAGE, "sec-fetch-site": "same-origin"}, 200),
        (QUERY, {**IMAGE, "sec-fetch-site": "none"}, 200),
        (QUERY, {}, 200),
        (QUERY, VISIT, 200),
        ("/sign-in", VISIT, 200),
    ],
)
def test_what_a_page_elsewhere_fetches_is_refused_but_for_visits(
    client: TestClient, path: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get(path, headers=headers)
    assert answer.status_code == status
    assert "totalCount" not in answer.text or status == 200


def test_a_page_elsewhere_sends_nothing_as_a_visit(client: TestClient) -> None:
    headers = {**VISIT, "content-type": "application/json"}
    assert client.post("/graphql", json={"query": "{ viewer { name } }"}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown:1", "unknown:1"),
        ("a:b:c", "a:b:c"),
        ("", ""),
    ],
)
def test_an_address_in_disguise_is_the_one_it_is(host: str, address: str) -> None:
    assert address_of({"client": (host, 1)}) == address


@pytest.mark.parametrize(
    ("host", "status"), [("203.0.113.7", 401), ("::ffff:203.0.113.7", 401), ("127.0.0.2", 200), ("::ffff:127.0.0.1", 200)]
)
def test_who_speaks_from_another_machine_is_not_here_whatever_host_says(desk: Desk, host: str, status: int) -> None:
    with TestClient(app_of(desk), base_url=HERE, client=(host, 50000)) as client:
        assert client.post("/graphql", json={"query": "{ viewer { name } }"}).status_code == status


def test_a_closed_account_has_no_session_when_it_is_opened_again(desk: Desk) -> None:
    an_account(desk)
    bea = an_account(desk, "Bea", "EDITOR")
    invited = do(desk, accounts.invite, accounts.Invite(account_id=bea.id), COMMAND_LINE)
    do(desk, accounts.close_account, accounts.CloseAccount(account_id=bea.id, reason="r"), COMMAND_LINE)
    reopened = do(desk, accounts.reopen_account, accounts.ReopenAccount(account_id=bea.id, reason="r"), COMMAND_LINE)
    with desk.database.read() as session:
        found = session.get_one(type(invited), invited.id)
    with pytest.raises(access.InvitationRefused):
        token.check_in_force(found, reopened, desk.now())


def test_a_crash_outside_of_an_operation_has_the_headers_for_browsers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    monkeypatch.setattr("claimkb.web.sign_in.page", lambda *_, **__: 1 / 0)
    with TestClient(app_of(desk), base_url=HERE, raise_server_exceptions=False) as client:
        answer = client.get("/sign-in")
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert ask("{ viewer { name } }")["data"]["viewer"]["name"] == "local editor"
