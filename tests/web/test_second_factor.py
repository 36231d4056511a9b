"""A second factor, on its page and at sign-in; and what asks a person to sign in again."""

import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from claimkb.actions import accounts
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Account
from claimkb.domain.access import CodeRefused, NoSecondFactor
from claimkb.domain.policy import Policy
from claimkb.graphql.limits.settings import Limits
from claimkb.identity import COMMAND_LINE, SignIns
from tests.builders import NOON, Clock, a_desk, a_token, an_account, code_at, do, everything, refused
from tests.web.test_sign_in import COOKIE, FROM_HERE, HERE, VIEWER, WORDS, invited, name_of, send, told

PATIENT = Limits(max_guesses=1000, rate_cost=10**9)
PAGE = "/second-factor"


@pytest.fixture
def ada(timed: Desk) -> Account:
    """Make an account that has a password."""
    account = an_account(timed)
    with TestClient(app_of(timed), base_url=HERE) as client:
        assert send(client, "/password", invitation=invited(timed, account), new_password=WORDS).status_code == 303
    return account


@pytest.fixture
def client(timed: Desk) -> Iterator[TestClient]:
    """Give a browser without cookies."""
    with TestClient(app_of(timed, PATIENT), base_url=HERE) as client:
        yield client


def signed_in(client: TestClient, code: str = "", name: str = "Ada") -> int:
    """Sign in with a browser that keeps nothing; give the status."""
    client.cookies.clear()
    return int(send(client, "/sign-in", name=name, password=WORDS, code=code).status_code)


def begun(client: TestClient) -> SecretStr:
    """Open the page, and read the secret that it offers."""
    shown = client.get(PAGE).text
    (secret,) = re.findall(r'name="secret" value="(\w{32})"', shown)
    assert "data:image/svg+xml" in shown
    return SecretStr(secret)


def set_up(client: TestClient, clock: Clock) -> tuple[SecretStr, list[str]]:
    """Set up a second factor; give its secret and the recovery codes."""
    secret = begun(client)
    form = {"secret": secret.get_secret_value(), "code": code_at(secret, clock.now), "current_password": WORDS}
    answer = send(client, PAGE, **form)
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<code>([a-z2-7-]+)</code>", answer.text)
    assert len(codes) == 8
    clock.go(minutes=1)
    return secret, codes


@pytest.mark.usefixtures("ada")
def test_who_has_set_one_up_is_asked_for_a_code_beside_the_password(client: TestClient, clock: Clock) -> None:
    assert signed_in(client) == 303
    elsewhere = client.cookies[COOKIE]
    assert signed_in(client) == 303
    secret, _ = set_up(client, clock)
    assert name_of(client) == "Ada"
    client.cookies.clear()
    client.cookies.set(COOKIE, elsewhere)
    assert name_of(client) is None
    assert [signed_in(client, code) for code in ("", "", "", code_at(secret, NOON))] == [401] * 4
    code = code_at(secret, clock.now)
    assert signed_in(client, code) == 303
    assert name_of(client) == "Ada"
    assert signed_in(client, code) == 401
    clock.go(seconds=30)
    assert signed_in(client, f"{code_at(secret, clock.now)[:3]} {code_at(secret, clock.now)[3:]}") == 303


@pytest.mark.usefixtures("ada")
def test_a_recovery_code_signs_in_once_and_the_history_says_so(client: TestClient, clock: Clock) -> None:
    signed_in(client)
    _, codes = set_up(client, clock)
    assert [signed_in(client, code) for code in (codes[0], codes[0], codes[1].upper())] == [303, 401, 303]
    asked = """{ viewer { account { recoveryCodesLeft secondFactorSetAt
        revisions { nodes { action changes { field before after } } } } } }"""
    account = client.post("/graphql", json={"query": asked}, headers=FROM_HERE).json()["data"]["viewer"]["account"]
    assert (account["recoveryCodesLeft"], account["secondFactorSetAt"]) == (6, "2026-11-23T12:00:00Z")
    told = [(each["action"], each["changes"]) for each in account["revisions"]["nodes"][2:]]
    assert [action for action, _ in told] == ["setUpSecondFactor", "signIn", "signIn"]
    assert {change["field"] for change in told[0][1]} == {"recoveryCodesLeft", "secondFactorSetAt"}
    assert told[1][1] == [{"field": "recoveryCodesLeft", "before": "8", "after": "7"}]


@pytest.mark.usefixtures("ada")
def test_the_secret_and_the_codes_stand_in_the_account_alone(timed: Desk, client: TestClient, clock: Clock) -> None:
    signed_in(client)
    secret, codes = set_up(client, clock)
    kept = everything(timed)
    assert secret.get_secret_value() in repr(kept.pop("account"))
    assert [each for each in (secret.get_secret_value(), *codes) if each in repr(kept)] == []
    page = client.get(PAGE)
    assert [each for each in (secret.get_secret_value(), *codes) if each in page.text] == []
    assert "Recovery codes that you have left: 8" in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"current_password": "not this one at all"}, 401, "do not belong together"),
        ({"code": "000000"}, 400, "The app does not show this code for this secret"),
        ({"code": ""}, 400, "The app does not show this code for this secret"),
        ({"secret": "A" * 5000}, 400, "The app does not show this code for this secret"),
        ({"secret": "<script>x</script>"}, 400, "The app does not show this code for this secret"),
        ({"secret": ""}, 400, "The account Ada has no second factor"),
    ],
)
def test_what_is_wrong_sets_nothing_up(
    timed: Desk, client: TestClient, clock: Clock, form: dict[str, str], status: int, said: str
) -> None:
    signed_in(client)
    secret, before = begun(client), everything(timed)
    right = {"secret": secret.get_secret_value(), "code": code_at(secret, clock.now), "current_password": WORDS}
    answer = send(client, PAGE, **{**right, **form})
    assert answer.status_code == status
    assert said in html.unescape(told(answer)[1])
    assert "<script" not in answer.text
    assert everything(timed) == before
    assert (secret.get_secret_value() in answer.text) == ("secret" not in form)


@pytest.mark.usefixtures("ada")
def test_the_page_is_for_who_has_signed_in_and_takes_forms_of_its_own_only(client: TestClient) -> None:
    for answer in (client.get(PAGE, follow_redirects=False), send(client, PAGE)):
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    signed_in(client)
    assert send(client, PAGE, "https://evil.example", secret="A" * 32).status_code == 403
    assert send(client, PAGE, None, secret="A" * 32).status_code == 403


@pytest.mark.usefixtures("ada")
def test_it_is_taken_away_with_password_and_code_and_set_up_anew(client: TestClient, clock: Clock) -> None:
    signed_in(client)
    secret, codes = set_up(client, clock)
    assert told(send(client, PAGE, current_password=WORDS, code="000000"))[0] == 401
    assert told(send(client, PAGE, current_password="not this one at all", code=codes[0]))[0] == 401
    again = {"secret": "A" * 32, "code": code_at(SecretStr("A" * 32), clock.now), "current_password": WORDS}
    assert "have a second factor already" in told(send(client, PAGE, **again))[1]
    answer = send(client, PAGE, current_password=WORDS, code=codes[0])
    assert (answer.status_code, answer.headers["location"], name_of(client)) == (303, PAGE, "Ada")
    other, _ = set_up(client, clock)
    assert other != secret
    assert [signed_in(client, code) for code in (codes[1], code_at(secret, clock.now), code_at(other, clock.now))] == [
        401,
        401,
        303,
    ]


def test_an_invitation_leads_not_around_it(timed: Desk, client: TestClient, clock: Clock, ada: Account) -> None:
    signed_in(client)
    secret, _ = set_up(client, clock)
    client.cookies.clear()
    invitation = invited(timed, ada)
    assert told(send(client, "/password", invitation=invitation, new_password=WORDS + "!"))[0] == 401
    form = {"invitation": invitation, "new_password": WORDS + "!", "code": code_at(secret, clock.now)}
    assert send(client, "/password", **form).status_code == 303


def test_an_administrator_resets_it_for_who_has_lost_everything(
    timed: Desk, client: TestClient, clock: Clock, ada: Account
) -> None:
    order = accounts.ResetSecondFactor(account_id=ada.id, reason="Lost the phone.")
    refused(timed, NoSecondFactor, accounts.reset_second_factor, order, COMMAND_LINE)
    signed_in(client)
    set_up(client, clock)
    do(timed, accounts.reset_second_factor, order, COMMAND_LINE)
    assert name_of(client) is None
    assert signed_in(client) == 303


@pytest.mark.usefixtures("ada")
def test_a_code_that_two_show_at_once_lets_one_in(timed: Desk, client: TestClient, clock: Clock) -> None:
    signed_in(client)
    secret, _ = set_up(client, clock)
    doors, code = [SignIns(timed) for _ in range(4)], SecretStr(code_at(secret, clock.now))
    with ThreadPoolExecutor(4) as pool:
        using = [pool.submit(door.sign_in, "Ada", SecretStr(WORDS), code, f"device {n}") for n, door in enumerate(doors)]
    ended = [each.exception() for each in using]
    assert sorted(type(each).__name__ for each in ended) == [CodeRefused.__name__] * 3 + ["NoneType"]


def test_of_many_codes_for_an_account_no_more_than_five_are_looked_at_wherever_they_are_sent(
    timed: Desk, client: TestClient, clock: Clock, ada: Account, caplog: pytest.LogCaptureFixture
) -> None:
    signed_in(client)
    secret, codes = set_up(client, clock)
    assert [signed_in(client, "000000") for _ in range(3)] == [401] * 3
    client.cookies.clear()
    for _ in range(2):
        form = {"invitation": invited(timed, ada), "new_password": WORDS + "!", "code": "000000"}
        assert told(send(client, "/password", **form))[0] == 401
    before = everything(timed)
    assert [signed_in(client, code) for code in (code_at(secret, clock.now), codes[0])] == [401, 401]
    assert everything(timed) == before
    assert caplog.messages.count("All but the code of the second factor was right that was sent for Ada") == 7


@pytest.mark.usefixtures("ada", "standing_rates")
def test_nobody_is_told_whether_the_password_or_the_code_was_wrong(timed: Desk, client: TestClient, clock: Clock) -> None:
    signed_in(client)
    set_up(client, clock)
    found = []
    for given in (WORDS, WORDS + "!"):
        with TestClient(app_of(timed, Limits(max_guesses=3)), base_url=HERE) as guessing:
            answers = [send(guessing, "/sign-in", name="Ada", password=given, code="000000") for _ in range(5)]
        found.append([(each.status_code, each.headers.get("retry-after"), told(each)) for each in answers])
    assert found[0] == found[1]
    assert [status for status, *_ in found[0]] == [401, 401, 401, 429, 429]


@pytest.mark.usefixtures("ada")
def test_a_stranger_who_guesses_keeps_nobody_from_signing_in_again(timed: Desk, clock: Clock) -> None:
    app = app_of(timed, Limits(max_guesses=5))
    with TestClient(app, base_url=HERE) as client:
        assert signed_in(client) == 303
        shown = client.cookies[COOKIE].split("_")[1]
        for number in range(3):
            with TestClient(app, base_url=HERE, client=(f"10.9.9.{number}", 5)) as stranger:
                for _ in range(4):
                    send(stranger, "/sign-in", name="Ada", password="not this one at all")
                    send(stranger, "/password", invitation=f"ckb_{shown}_x", new_password=WORDS)
        with TestClient(app, base_url=HERE, client=("10.9.9.9", 5)) as stranger:
            assert send(stranger, "/sign-in", name="Ada", password=WORDS).status_code == 429
        assert send(client, "/sign-in", name="Ada", password=WORDS).status_code == 303
        set_up(client, clock)
        assert send(client, "/password", current_password=WORDS, new_password=WORDS).status_code == 401  # for want of a code


def wanting(url: str, clock: Clock) -> Desk:
    """Give a desk that wants a second factor of everybody."""
    return replace(a_desk(url), clock=clock, policy=Policy(second_factor=True))


def test_where_it_is_wanted_nothing_else_is_open_to_who_has_none(url: str, timed: Desk, clock: Clock, ada: Account) -> None:
    issued = a_token(timed, ada).secret.get_secret_value()
    with TestClient(app_of(wanting(url, clock), PATIENT), base_url=HERE) as client:
        answer = send(client, "/sign-in", name="Ada", password=WORDS)
        assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
        asked = client.post("/graphql", json=VIEWER, headers=FROM_HERE)
        assert asked.status_code == 401
        assert "set yours up at /second-factor" in asked.json()["errors"][0]["message"]
        assert "wants a second factor of everybody" in client.get(PAGE).text
        by_token = client.post("/graphql", json=VIEWER, headers={"authorization": f"Bearer {issued}"})
        assert by_token.json()["data"]["viewer"]["name"] == "Ada"
        secret, codes = set_up(client, clock)
        assert name_of(client) == "Ada"
        client.cookies.clear()
        answer = send(client, "/sign-in", name="Ada", password=WORDS, code=code_at(secret, clock.now))
        assert (answer.status_code, answer.headers["location"]) == (303, "/graphql")
        assert send(client, PAGE, current_password=WORDS, code=codes[0]).status_code == 303
        assert name_of(client) is None


DANGEROUS = {
    "createToken": '{ accountId: "%s", name: "n" }',
    "invite": '{ accountId: "%s" }',
    "changeRole": '{ accountId: "%s", role: ADMIN }',
    "openChannel": '{ name: "n", kind: WEBHOOK, address: "https://x.example.org/%s" }',
    "createFeedKey": '{ name: "%s" }',
    "reopenAccount": '{ accountId: "%s", reason: "r" }',
    "resetSecondFactor": '{ accountId: "%s", reason: "r" }',
}


def used(client: TestClient, verb: str, about: Account, headers: dict[str, str]) -> Any:
    """Use a verb about an account; give the code of what is wrong, if anything is."""
    query = f"mutation {{ {verb}(input: {DANGEROUS[verb] % about.id}) {{ userErrors {{ code }} }} }}"
    answer = client.post("/graphql", json={"query": query}, headers=headers).json()
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else "done"


def test_some_time_after_signing_in_who_lets_others_in_is_asked_to_sign_in_again(
    timed: Desk, client: TestClient, clock: Clock, ada: Account
) -> None:
    issued = {"authorization": f"Bearer {a_token(timed, ada).secret.get_secret_value()}"}
    signed_in(client)
    assert [used(client, verb, ada, FROM_HERE) for verb in DANGEROUS] == ["done"] * len(DANGEROUS)
    clock.go(minutes=30)
    assert [used(client, verb, ada, FROM_HERE) for verb in DANGEROUS] == ["done"] * len(DANGEROUS)
    clock.go(seconds=1)
    before = everything(timed)
    assert [used(client, verb, ada, FROM_HERE) for verb in DANGEROUS] == ["SIGN_IN_AGAIN"] * len(DANGEROUS)
    assert everything(timed) == before
    assert name_of(client) == "Ada"
    assert "Password of Ada" in client.get("/sign-in").text
    assert send(client, "/sign-in", name="Ada", password=WORDS).status_code == 303
    assert [used(client, verb, ada, FROM_HERE) for verb in DANGEROUS] == ["done"] * len(DANGEROUS)
    clock.go(days=1)
    assert [used(client, verb, ada, issued) for verb in DANGEROUS] == ["done"] * len(DANGEROUS)
