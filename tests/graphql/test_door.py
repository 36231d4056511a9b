"""Who gets in, as whom, and what they may do then: every verb, every role, every kind of token."""

import itertools
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, build_schema, get_nullable_type
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from claimkb.actions import accounts
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain import Revision, token
from claimkb.domain.permissions import Role
from claimkb.domain.reference import global_id
from claimkb.domain.source import fingerprint
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.schema.assembly import sdl
from claimkb.identity import COMMAND_LINE, AnonymousAccess, Credentials, Identities
from claimkb.store.engine import relationships
from claimkb.store.engine.relationships import Relationship
from tests.builders import IS_LONG, NOON, TEXT, a_claimant, a_desk, a_source, a_token, an_account, do, everything

HERE = "http://127.0.0.1"
ROLE = {"query": "{ viewer { name role permissions } }"}
SECURITY = (Path(__file__).parent.parent.parent / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(
    r"^│ (\w+) +│ (READ|RECORD|RESOLVE|ADMIN) +│ (yes|no) +│ (yes|no) +│ (yes|no) +│ (yes|no) +│ (yes|no) +│$",
    SECURITY,
    re.MULTILINE,
)
"""The table of docs/security.md: the verb, its scope, whether each role may use it, and whether one signs in again for it."""

HOW = "fragment how on Revision { action recordedBy tokenPrefix tokenIssuedBy }"
MUTATIONS = build_schema(sdl()).type_map["Mutation"].fields  # type: ignore[attr-defined]
_NUMBERS = itertools.count()


def bearer(secret: str | None) -> dict[str, str]:
    """Write the header of a token."""
    return {} if secret is None else {"authorization": f"Bearer {secret}"}


def least(kind: Any) -> Any:
    """Write the smallest value of an input type that its rules allow, about records that are not there."""
    kind = get_nullable_type(kind)
    if isinstance(kind, GraphQLList):
        return [least(kind.of_type)]
    if isinstance(kind, GraphQLInputObjectType):
        return {name: least(each.type) for name, each in kind.fields.items() if str(each.type).endswith("!")}
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return {
        "ID": str(uuid4()),
        "String": f"x{next(_NUMBERS)}",
        "Boolean": False,
        "Int": 0,
        "Date": "2027-01-01",
    }[kind.name]


def sent(client: TestClient, verb: str, headers: dict[str, str], **given: Any) -> tuple[int, Any]:
    """Use a verb; give the status, and the code of what is wrong, if anything is."""
    kind = MUTATIONS[verb].args["input"].type
    query = f"mutation($input: {kind}) {{ {verb}(input: $input) {{ userErrors {{ code }} }} }}"
    answer = client.post("/graphql", json={"query": query, "variables": {"input": least(kind)}}, headers=headers, **given)
    return answer.status_code, answer.json().get("errors", [{}])[0].get("extensions", {}).get("code")


def send(client: TestClient, verb: str, secret: str | None) -> tuple[int, Any]:
    """Use a verb with a token."""
    return sent(client, verb, bearer(secret))


@dataclass
class Keys:
    """A token of each kind, for an account of one role."""

    right: str | None
    read_only: str | None
    refused: dict[str, str | None]


def keys_of(desk: Desk, role: Role, earlier: Desk) -> Keys:
    """Make an account, and a token of each kind."""
    account = an_account(desk, f"{role} {uuid4().hex[:8]}", role)
    revoked, closed = a_token(desk, account), an_account(desk, f"closed {role} {uuid4().hex[:8]}", role)
    of_closed = a_token(desk, closed)
    do(desk, accounts.revoke_token, accounts.RevokeToken(token_id=revoked.id, reason="r"), COMMAND_LINE)
    do(desk, accounts.close_account, accounts.CloseAccount(account_id=closed.id, reason="r"), COMMAND_LINE)
    right = a_token(desk, account).secret.get_secret_value()
    assert right is not None
    refused = {
        "none": None,
        "wrong": right[:-2] + ("AA" if not right.endswith("AA") else "BB"),
        "unknown": "ckb_aaaaaaaa_" + "A" * 43,
        "malformed": "secret",
        "expired": a_token(earlier, account, expires_on=date(2026, 11, 20)).secret.get_secret_value(),
        "revoked": revoked.secret.get_secret_value(),
        "of a closed account": of_closed.secret.get_secret_value(),
        "of a run that is not this one": "ckb_local_" + "A" * 43,
    }
    return Keys(right, a_token(desk, account, scopes=[]).secret.get_secret_value(), refused)


@pytest.fixture
def keys(desk: Desk, url: str) -> dict[Role, Keys]:
    """Make a token of each kind for each role."""
    an_account(desk, "Root")
    earlier = a_desk(url, NOON - timedelta(days=10))
    made = {role: keys_of(desk, role, earlier) for role in Role}
    earlier.database.close()
    return made


@pytest.fixture
def patient(desk: Desk, keys: dict[Role, Keys]) -> Iterator[TestClient]:
    """Give a client of a server that lets anybody guess for long, and that has noted the use of every token."""
    with TestClient(app_of(desk, Limits(max_guesses=10**6, rate_cost=10**9)), base_url=HERE) as client:
        for each in keys.values():
            for secret in (each.right, each.read_only):
                assert client.post("/graphql", json=ROLE, headers=bearer(secret)).status_code == 200
        yield client


def test_the_table_has_every_verb() -> None:
    assert {row[0] for row in ROWS} == set(MUTATIONS)


@pytest.mark.long
def test_every_verb_is_open_to_the_roles_and_tokens_of_the_table_and_to_no_other(
    desk: Desk, keys: dict[Role, Keys], patient: TestClient
) -> None:
    turns = itertools.cycle(Role)
    for verb, scope, *may, _ in ROWS:
        before, turn = everything(desk), next(turns)
        for role, is_allowed in zip(Role, may, strict=True):
            for kind, secret in keys[role].refused.items() if IS_LONG or role is turn else ():
                assert send(patient, verb, secret) == (401, "UNAUTHENTICATED"), (verb, role, kind)
            assert scope == "READ" or send(patient, verb, keys[role].read_only) == (200, "FORBIDDEN"), (verb, role)
            if is_allowed == "no":
                assert send(patient, verb, keys[role].right) == (200, "FORBIDDEN"), (verb, role)
        assert everything(desk) == before, verb
        for role, is_allowed in zip(Role, may, strict=True):
            if is_allowed == "yes":
                assert send(patient, verb, keys[role].right) == (200, None), (verb, role)


@pytest.mark.parametrize("public", [True, False])
def test_a_reader_without_an_account_gets_in_only_where_reading_is_public_and_gets_no_text(desk: Desk, public: bool) -> None:
    a_source(desk)
    reader = a_token(desk, an_account(desk, "Rea", "READER"))
    with TestClient(app_of(desk, anonymous=AnonymousAccess(public_read=public)), base_url=HERE) as client:
        answer = client.post("/graphql", json=ROLE)
        if not public:
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="claimkb"')
            return
        assert answer.json()["data"]["viewer"] == {"name": "anonymous", "role": "READER", "permissions": ["READ"]}
        text = {"query": "{ sources { nodes { title snapshot { length text } } } }"}
        (error,) = client.post("/graphql", json=text).json()["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
        given = client.post("/graphql", json=text, headers=bearer(reader.secret.get_secret_value())).json()["data"]["sources"][
            "nodes"
        ]
        assert given == [{"title": "The bridge", "snapshot": {"length": len(TEXT), "text": TEXT}}]


def test_the_first_account_shuts_the_door_of_the_local_editor(desk: Desk) -> None:
    with TestClient(app_of(desk), base_url=HERE) as client:
        assert client.post("/graphql", json=ROLE).json()["data"]["viewer"]["name"] == "local editor"
        an_account(desk)
        answer = client.post("/graphql", json=ROLE)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "header",
    [
        {"x-forwarded-for": "203.0.113.9"},
        {"forwarded": "for=203.0.113.9"},
        {"via": "1.1 proxy"},
        {"x-real-ip": "203.0.113.9"},
        {"x-forwarded-proto": "https"},
        {"host": "localhost/evil.example"},
    ],
)
def test_what_a_proxy_hands_on_is_not_the_local_editor(sqlite_desk: Desk, header: dict[str, str]) -> None:
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        assert client.post("/graphql", json=ROLE, headers=header).status_code == 401


def test_a_server_that_others_reach_has_no_local_editor(sqlite_desk: Desk) -> None:
    with TestClient(
        app_of(sqlite_desk, anonymous=AnonymousAccess(is_local=False), hosts=["kb.example.org"]), base_url=HERE
    ) as client:
        assert client.post("/graphql", json=ROLE).status_code == 401
        assert client.post("/graphql", json=ROLE, headers={"host": "kb.example.org"}).status_code == 401
        assert client.post("/graphql", json=ROLE, headers={"host": "evil.example"}).status_code == 400


def test_the_token_of_a_run_is_wanted_where_there_is_one(sqlite_desk: Desk) -> None:
    secret = "A" * 43
    anonymous = AnonymousAccess(local_secret_hash=fingerprint(secret))
    with TestClient(app_of(sqlite_desk, anonymous=anonymous), base_url=HERE) as client:
        assert client.post("/graphql", json=ROLE).status_code == 401
        assert client.post("/graphql", json=ROLE, headers=bearer("ckb_local_" + "B" * 43)).status_code == 401
        given = client.post("/graphql", json=ROLE, headers=bearer(f"ckb_local_{secret}"))
        assert given.json()["data"]["viewer"]["name"] == "local editor"
        an_account(sqlite_desk)
        assert client.post("/graphql", json=ROLE, headers=bearer(f"ckb_local_{secret}")).status_code == 401


def test_a_revoked_token_is_dead_at_once_and_a_closed_account_with_it(desk: Desk) -> None:
    account = an_account(desk, role="EDITOR")
    first, second = a_token(desk, account), a_token(desk, account)
    with TestClient(app_of(desk), base_url=HERE) as client:
        assert [
            client.post("/graphql", json=ROLE, headers=bearer(each.secret.get_secret_value())).status_code
            for each in (first, second)
        ] == [
            200,
            200,
        ]
        do(desk, accounts.revoke_token, accounts.RevokeToken(token_id=first.id, reason="r"), COMMAND_LINE)
        assert [
            client.post("/graphql", json=ROLE, headers=bearer(each.secret.get_secret_value())).status_code
            for each in (first, second)
        ] == [
            401,
            200,
        ]
        do(desk, accounts.close_account, accounts.CloseAccount(account_id=account.id, reason="r"), COMMAND_LINE)
        assert client.post("/graphql", json=ROLE, headers=bearer(second.secret.get_secret_value())).status_code == 401


def test_who_somebody_is_is_asked_again_after_accounts_or_tokens_changed_and_not_after_others_wrote(sqlite_desk: Desk) -> None:
    account = an_account(sqlite_desk)
    issued = a_token(sqlite_desk, account)
    identities, shown = (
        Identities(sqlite_desk, AnonymousAccess()),
        Credentials(token.read(str(issued.secret.get_secret_value())), is_from_here=False),
    )
    ada = identities.identify(shown)
    a_source(sqlite_desk)
    assert identities.remembered(shown) == ada
    for change in (lambda: an_account(sqlite_desk, "Bea"), lambda: a_token(sqlite_desk, account)):
        change()
        assert identities.remembered(shown) is None
        assert identities.identify(shown) == ada


@pytest.mark.usefixtures("standing_rates")
def test_guessing_is_slowed_and_a_right_token_from_the_same_address_goes_on(sqlite_desk: Desk) -> None:
    right = a_token(sqlite_desk, an_account(sqlite_desk)).secret.get_secret_value()
    limits = Limits(max_guesses=3, guesses_per_minute=1)
    with TestClient(app_of(sqlite_desk, limits), base_url=HERE) as client:
        assert client.post("/graphql", json=ROLE, headers=bearer(right)).status_code == 200
        fresh = a_token(sqlite_desk, an_account(sqlite_desk, "Bea")).secret.get_secret_value()
        guesses = [client.post("/graphql", json=ROLE, headers=bearer(f"ckb_aaaaaaa{number}_x")) for number in range(5)]
        assert [each.status_code for each in guesses] == [401, 401, 401, 429, 429]
        assert guesses[-1].headers["retry-after"] == "61"
        assert client.post("/graphql", json=ROLE, headers=bearer(fresh)).status_code == 200
        assert client.post("/graphql", json=ROLE, headers=bearer(right)).status_code == 200


@pytest.mark.parametrize("authorization", ["Basic YTpi", "Bearer", "Bearer  ", "ckb_aaaaaaaa_x", "Digest x", "Bearer a b"])
def test_what_is_no_token_is_refused_and_told_how_to_send_one(sqlite_desk: Desk, authorization: str) -> None:
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        answer = client.post("/graphql", json=ROLE, headers={"authorization": authorization})
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


def test_a_token_in_an_address_is_refused_and_its_owner_told_to_revoke_it(sqlite_desk: Desk) -> None:
    secret = a_token(sqlite_desk, an_account(sqlite_desk)).secret.get_secret_value()
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        answer = client.get("/graphql", params={"query": "{ viewer { role } }", "access_token": secret or ""})
    assert (answer.status_code, "revoke it" in answer.json()["errors"][0]["message"]) == (400, True)


def test_administration_is_there_over_graphql_and_a_token_is_shown_once(desk: Desk) -> None:
    admin = a_token(desk, an_account(desk)).secret.get_secret_value()
    with TestClient(app_of(desk), base_url=HERE) as client:

        def ask(query: str, secret: str | None = admin, **variables: Any) -> Any:
            return client.post("/graphql", json={"query": query, "variables": variables}, headers=bearer(secret)).json()

        made = ask(
            'mutation { createAccount(input: {name: "Bea", kind: PROGRAM, role: REPORTER}) { account { id name kind role version } } }'
        )
        bea = made["data"]["createAccount"]["account"]
        assert (bea["name"], bea["kind"], bea["role"], bea["version"]) == ("Bea", "PROGRAM", "REPORTER", 1)
        issue = """mutation($id: ID!) { createToken(input: {accountId: $id, name: "n", scopes: [RECORD]}) {
            token { id prefix secret scopes expiresOn lastUsedAt } account { name } userErrors { message } } }"""
        given = ask(issue, id=bea["id"])["data"]["createToken"]
        assert given["token"]["secret"].startswith(f"ckb_{given['token']['prefix']}_")
        assert (given["token"]["scopes"], given["account"]) == (["READ", "RECORD"], {"name": "Bea"})
        as_bea = ask("{ viewer { name account { name role } permissions } }", given["token"]["secret"])["data"]["viewer"]
        assert as_bea == {
            "name": "Bea",
            "account": {"name": "Bea", "role": "REPORTER"},
            "permissions": ["READ", "READ_TEXT", "FOLLOW", "RECORD", "UPDATE"],
        }
        listed = (
            "{ accounts { nodes { name tokens { nodes { prefix secret lastUsedAt issuedBy revisions { nodes { ...how } } } } } } } "
            + HOW
        )
        nodes = ask(listed)["data"]["accounts"]["nodes"]
        assert [node["name"] for node in nodes] == ["Ada", "Bea"]
        (shown,) = nodes[1]["tokens"]["nodes"]
        assert (shown["secret"], shown["lastUsedAt"]) == (None, "2026-11-23T12:00:00Z")
        how = {"tokenPrefix": admin.split("_")[1], "tokenIssuedBy": "command line"}
        assert (shown["issuedBy"], shown["revisions"]["nodes"]) == ("Ada", [{"action": "createToken", "recordedBy": "Ada", **how}])
        assert "secret" not in json.dumps(ask("{ accounts { nodes { revisions { nodes { changes { field after } } } } } }"))
        for query in (
            listed,
            "{ viewer { account { tokens { totalCount } } } }",
            "{ viewer { account { revisions { totalCount } } } }",
        ):
            assert ask(query, given["token"]["secret"])["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        node = "query($id: ID!) { node(id: $id) { id } }"
        assert ask(node, given["token"]["secret"], id=given["token"]["id"])["data"] == {"node": None}
        assert ask(node, id=given["token"]["id"])["data"] == {"node": {"id": given["token"]["id"]}}


def test_a_repeated_request_for_a_token_issues_one_and_shows_it_once(desk: Desk) -> None:
    account = an_account(desk)
    admin = a_token(desk, account).secret.get_secret_value()
    query = 'mutation($id: ID!) { createToken(input: {accountId: $id, name: "n"}) { token { prefix secret } } }'
    with TestClient(app_of(desk), base_url=HERE) as client:
        sent = [
            client.post(
                "/graphql",
                json={"query": query, "variables": {"id": str(account.id)}},
                headers=bearer(admin) | {"idempotency-key": "k"},
            ).json()["data"]["createToken"]["token"]
            for _ in range(2)
        ]
    assert sent[0]["prefix"] == sent[1]["prefix"]
    assert (sent[0]["secret"] is not None, sent[1]["secret"]) == (True, None)


def test_a_repeat_is_answered_only_to_who_may_still_do_it(desk: Desk) -> None:
    an_account(desk, "Root")
    ada = an_account(desk)
    secret, narrow = a_token(desk, ada).secret.get_secret_value(), a_token(desk, ada, scopes=[]).secret.get_secret_value()
    query = 'mutation { createAccount(input: {name: "Bea", role: READER}) { account { name } } }'
    with TestClient(app_of(desk), base_url=HERE) as client:

        def send(secret: str | None) -> Any:
            return client.post("/graphql", json={"query": query}, headers=bearer(secret) | {"idempotency-key": "k"}).json()

        assert [send(secret)["data"]["createAccount"]["account"] for _ in range(2)] == [{"name": "Bea"}] * 2
        assert send(narrow)["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        do(desk, accounts.change_role, accounts.ChangeRole(account_id=ada.id, role="READER"), COMMAND_LINE)
        assert send(secret)["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_the_history_of_accounts_is_for_administrators_by_id_too(desk: Desk) -> None:
    ada = an_account(desk)
    with desk.database.read() as session:
        (revision,) = relationships.lists(session, Relationship(Revision, theirs="record_id"), [ada.id])[0]
    query = {"query": f'{{ nodes(ids: ["{global_id("Revision", revision.id)}"]) {{ id }} }}'}
    reader = a_token(desk, an_account(desk, "Rea", "READER")).secret.get_secret_value()
    with TestClient(app_of(desk), base_url=HERE) as client:
        assert client.post("/graphql", json=query, headers=bearer(reader)).json()["data"] == {"nodes": [None]}
        found = client.post("/graphql", json=query, headers=bearer(a_token(desk, ada).secret.get_secret_value())).json()["data"][
            "nodes"
        ]
    assert found == [{"id": global_id("Revision", revision.id)}]


@pytest.mark.usefixtures("standing_rates")
def test_rates_are_counted_by_account_and_neither_by_token_nor_by_address(sqlite_desk: Desk) -> None:
    ada, bo = an_account(sqlite_desk), an_account(sqlite_desk, "Bo")
    one, same, other = (a_token(sqlite_desk, account).secret.get_secret_value() for account in (ada, ada, bo))
    with TestClient(app_of(sqlite_desk, Limits(rate_cost=40, rate_cost_per_second=1)), base_url=HERE) as client:
        codes = [client.post("/graphql", json=ROLE, headers=bearer(one)).status_code for _ in range(20)]
        assert codes[0] == 200
        assert codes[-1] == client.post("/graphql", json=ROLE, headers=bearer(same)).status_code == 429
        assert client.post("/graphql", json=ROLE, headers=bearer(other)).status_code == 200


def hello(client: TestClient, payload: Any, headers: dict[str, str] | None = None) -> Any:
    """Connect a WebSocket, say who it is, and ask who that is."""
    with client.websocket_connect("ws://127.0.0.1/graphql", subprotocols=["graphql-transport-ws"], headers=headers or {}) as socket:
        socket.send_json({"type": "connection_init"} | ({} if payload is None else {"payload": payload}))
        if socket.receive_json() != {"type": "connection_ack"}:
            return None
        socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { name } }"}})
        return socket.receive_json()["payload"]["data"]["viewer"]["name"]


def test_a_websocket_says_who_it_is_in_its_first_message_or_its_header(desk: Desk) -> None:
    secret = a_token(desk, an_account(desk)).secret.get_secret_value()
    with TestClient(app_of(desk), base_url=HERE) as client:
        assert hello(client, {"authorization": f"Bearer {secret}"}) == "Ada"
        assert hello(client, {"Authorization": f"Bearer {secret}"}) == "Ada"
        assert hello(client, None, bearer(secret)) == "Ada"
        for payload in (None, {}, {"authorization": "Bearer ckb_aaaaaaaa_x"}, {"authorization": 5}, {"authorization": "x"}):
            with pytest.raises(WebSocketDisconnect) as closed:
                hello(client, payload)
            assert closed.value.code == 4403, payload


@contextmanager
def writing(desk: Desk) -> Iterator[None]:
    """Write now and then as long as the block runs: a subscription that has just been sent may begin a little later."""
    done = threading.Event()

    def write() -> None:
        while not done.wait(0.1):
            a_claimant(desk, f"Claimant {uuid4()}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def test_a_subscription_ends_when_its_token_is_revoked(desk: Desk) -> None:
    account = an_account(desk)
    token = a_token(desk, account)
    with TestClient(app_of(desk), base_url=HERE) as client:
        with client.websocket_connect("ws://127.0.0.1/graphql", subprotocols=["graphql-transport-ws"]) as socket:
            socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token.secret.get_secret_value()}"}})
            assert socket.receive_json() == {"type": "connection_ack"}
            socket.send_json({"type": "subscribe", "id": "1", "payload": {"query": "subscription { revisions { action } }"}})
            socket.send_json({"type": "subscribe", "id": "2", "payload": {"query": "{ backlog { lastRun { asOf } } }"}})
            assert [socket.receive_json()["type"] for _ in range(2)] == ["next", "complete"]
            do(desk, accounts.revoke_token, accounts.RevokeToken(token_id=token.id, reason="r"), COMMAND_LINE)
            with writing(desk):
                message = socket.receive_json()
            assert (message["id"], "UNAUTHENTICATED" in json.dumps(message)) == ("1", True)
            socket.send_json({"type": "subscribe", "id": "3", "payload": {"query": "{ viewer { name } }"}})
            while (message := socket.receive_json())["id"] != "3":
                pass
            assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")


def test_sockets_are_counted_by_account(sqlite_desk: Desk) -> None:
    account, other = an_account(sqlite_desk), an_account(sqlite_desk, "Bea")
    one, two = a_token(sqlite_desk, account).secret.get_secret_value(), a_token(sqlite_desk, other).secret.get_secret_value()
    with TestClient(app_of(sqlite_desk, Limits(max_sockets_per_address=2)), base_url=HERE) as client:

        def connect(secret: str | None) -> Any:
            socket = client.websocket_connect(
                "ws://127.0.0.1/graphql", subprotocols=["graphql-transport-ws"], headers=bearer(secret)
            )
            entered = socket.__enter__()
            entered.send_json({"type": "connection_init"})
            return socket, entered.receive()

        opened = [connect(one), connect(one)]
        third, said = connect(one)
        assert said["code"] == 4403
        assert "2 subscribers' connections already" in said["reason"]
        opened.append(connect(two))
        assert [json.loads(message["text"])["type"] for _, message in opened] == ["connection_ack"] * 3
        for socket in [each for each, _ in opened] + [third]:
            socket.__exit__(None, None, None)


def test_two_people_on_one_record_are_told_of_each_other(desk: Desk) -> None:
    ada, bea = (a_token(desk, an_account(desk, name, "REPORTER")).secret.get_secret_value() for name in ("Ada", "Bea"))
    claimant = a_claimant(desk)
    query = """mutation($input: UpdateClaimantInput!) { updateClaimant(input: $input) { claimant { version office }
        userErrors { code message field conflict { expectedVersion currentVersion
            revisions { version recordedBy changes { field before after } } } } } }"""
    with TestClient(app_of(desk), base_url=HERE) as client:

        def change(secret: str | None, office: str, version: int) -> Any:
            given = {"claimantId": str(claimant.id), "office": office, "expectedVersion": version}
            body = {"query": query, "variables": {"input": given}}
            return client.post("/graphql", json=body, headers=bearer(secret)).json()["data"]["updateClaimant"]

        assert change(bea, "Minister", 1)["claimant"] == {"version": 2, "office": "Minister"}
        assert client.post("/graphql", json=ROLE, headers=bearer(ada)).status_code == 200  # its first use is noted
        before = everything(desk)
        refused = change(ada, "Former minister", 1)
        assert everything(desk) == before
        assert refused["claimant"] is None
        assert refused["userErrors"] == [
            {
                "code": "CONFLICT",
                "message": "This Claimant is at version 2, and you sent version 1: Bea changed it. Read it again and repeat your change.",
                "field": ["input", "expectedVersion"],
                "conflict": {
                    "expectedVersion": 1,
                    "currentVersion": 2,
                    "revisions": [
                        {"version": 2, "recordedBy": "Bea", "changes": [{"field": "office", "before": None, "after": "Minister"}]}
                    ],
                },
            }
        ]
        assert change(ada, "Former minister", 2)["claimant"]["version"] == 3
        (error,) = change(ada, "", 9)["userErrors"]
        assert (error["conflict"]["revisions"], "somebody changed it" in error["message"]) == ([], True)


ELSEWHERE = "https://www.example.org"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}


def test_no_page_elsewhere_may_ask_unless_its_origin_is_named_and_then_with_a_token_only(sqlite_desk: Desk) -> None:
    secret = a_token(sqlite_desk, an_account(sqlite_desk)).secret.get_secret_value()
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        assert client.options("/graphql", headers={"origin": ELSEWHERE, **PREFLIGHT}).status_code == 403
        assert client.post("/graphql", json=ROLE, headers={"origin": ELSEWHERE, **bearer(secret)}).status_code == 403
    with TestClient(app_of(sqlite_desk, cors_origins=[ELSEWHERE]), base_url=HERE) as client:
        allowed = client.options("/graphql", headers={"origin": ELSEWHERE, **PREFLIGHT})
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, ELSEWHERE)
        assert "access-control-allow-credentials" not in allowed.headers
        answer = client.post("/graphql", json=ROLE, headers={"origin": ELSEWHERE, **bearer(secret)})
        assert (answer.json()["data"]["viewer"]["name"], answer.headers["access-control-allow-origin"]) == ("Ada", ELSEWHERE)
        assert client.post("/graphql", json=ROLE, headers={"origin": ELSEWHERE}).status_code == 401
        assert client.post("/graphql", json=ROLE, headers={"origin": f"{ELSEWHERE}.evil"}).status_code == 403
        assert client.post("/sign-in", data={"name": "Ada"}, headers={"origin": ELSEWHERE}).status_code == 403


def test_a_page_of_another_origin_is_never_the_local_editor(sqlite_desk: Desk) -> None:
    with TestClient(app_of(sqlite_desk, cors_origins=[ELSEWHERE]), base_url=HERE) as client:
        assert client.post("/graphql", json=ROLE, headers={"origin": HERE}).json()["data"]["viewer"]["name"] == "local editor"
        assert client.post("/graphql", json=ROLE, headers={"origin": ELSEWHERE}).status_code == 401


@pytest.mark.parametrize(
    "path", ["/graphql", "/graphql?query={viewer{role}}", "/", "/schema.graphql", "/healthz", "/nothing", "/sign-in"]
)
def test_every_answer_tells_browsers_to_trust_it_with_nothing(sqlite_desk: Desk, path: str) -> None:
    with TestClient(app_of(sqlite_desk), base_url=HERE) as client:
        headers = client.get(path, follow_redirects=False).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert (headers["cross-origin-opener-policy"], headers["cross-origin-resource-policy"]) == ("same-origin", "same-origin")
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert "server" not in headers
