"""Every list of the API pages through its rows without a skip or a repeat, while a writer inserts everywhere in them.

Ten thousand rows with CLAIMKB_TEST_LONG=1, as in CI; five hundred without.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from graphql import GraphQLObjectType, build_schema, get_named_type
from pydantic import SecretStr
from starlette.testclient import TestClient

from claimkb import domain
from claimkb.actions.work import Desk
from claimkb.app import app_of
from claimkb.domain.reference import global_id
from claimkb.graphql.limits.settings import Limits
from claimkb.graphql.schema.assembly import sdl
from tests.builders import IS_LONG, a_token, an_account

ROWS = 10_000 if IS_LONG else 500
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
PLACE = {kind: place for place, kind in enumerate(domain.__all__)}
PERIODS = 10**6
"""What is added to the number of a prediction that is one of a series."""
MANY_KINDS = (
    "Source",
    "Claimant",
    "Claim",
    "Appearance",
    "ClaimRelation",
    "Prediction",
    "Outcome",
    "Account",
    "Token",
    "ReplyRequest",
    "Channel",
    "SavedSearch",
    "Review",
    "Series",
    "Erasure",
    "Collection",
    "CollectedClaim",
    "Evidence",
    "AnchorProposal",
    "Membership",
)


BETWEEN_TWO = ("ClaimRelation", "Membership")
"""The kinds of records that lead from one to another: there is none with the number 0."""


def id_of(kind: str, number: int) -> UUID:
    """Give a record an id that follows from its kind and number, in no order that a list has."""
    return UUID(int=(PLACE[kind] << 100) + (number * 7919 % 1_000_003 << 40) + number)


def when(number: int) -> datetime:
    """Scatter instants: whoever comes later stands anywhere among those before; some share an instant."""
    return BEGIN + timedelta(seconds=number * 7919 % 1_000_003 // 3)


def rows(number: int) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    """Write what one step adds to every list: those of everything, and those of the records with the number 0."""
    at, hub = when(number), 0
    stamps = {"version": 1, "created_at": at, "updated_at": at}
    said = {"recorded_at": at, "recorded_by": "Edith"}
    yield domain.Source, {"id": id_of("Source", number), "kind": "ARTICLE", "title": f"Title {number}", **stamps}
    yield domain.Claimant, {"id": id_of("Claimant", number), "kind": "PERSON", "name": f"Name {number}", **stamps}
    claim = {"kind": "FACT", "voice": "REPORTED", "check_worthiness": "LOW", "is_hedged": False, "statement": f"Bridge {number}."}
    yield domain.Claim, {"id": id_of("Claim", number), "claimant_id": id_of("Claimant", hub), **claim, **stamps}
    yield domain.Collection, {"id": id_of("Collection", number), "kind": "TOPIC", "name": f"Name {number}", **stamps}
    for index, (collection, collected) in enumerate(dict.fromkeys(((hub, number), (number, hub)))):
        both = {"collection_id": id_of("Collection", collection), "claim_id": id_of("Claim", collected)}
        yield (
            domain.CollectedClaim,
            {"id": id_of("CollectedClaim", 2 * number + index), **both, "added_at": at, "added_by": "E", **stamps},
        )
    place = {"source_id": id_of("Source", hub), "speech": "INDIRECT", "anchor_status": "NONE", **stamps}
    yield domain.Appearance, {"id": id_of("Appearance", 2 * number), "claim_id": id_of("Claim", number), **place}
    yield domain.Appearance, {"id": id_of("Appearance", 2 * number + 1), "claim_id": id_of("Claim", hub), **place}
    text = {"source_id": id_of("Source", hub), "captured_at": at, "sha256": f"{number:064x}", "length": 9, **said}
    yield domain.Snapshot, {"id": id_of("Snapshot", number), **text}
    for index, (quote, decision) in enumerate(((2 * number, "WAITING"), (hub, "OVERTAKEN"))):
        between = {"appearance_id": id_of("Appearance", quote), "snapshot_id": id_of("Snapshot", number)}
        drift = {**between, "status": "ORPHAN", "decision": decision, **stamps}
        yield domain.AnchorProposal, {"id": id_of("AnchorProposal", 2 * number + index), **drift}
    asked = {
        "question": "Does it?",
        "criteria": "It does.",
        "kind": "FORECAST",
        "checkability": "VAGUE",
        "status": "OPEN",
        "seal": "0" * 64,
    }
    rule = {"claim_id": id_of("Claim", hub), "every": "YEAR", "starts_on": at.date(), "question": "{year}?", "criteria": "."}
    yield domain.Series, {"id": id_of("Series", number), **rule, **stamps}
    yield (
        domain.Prediction,
        {
            "id": id_of("Prediction", number),
            "claim_id": id_of("Claim", number),
            "series_id": None,
            "review_on": at.date(),
            "waits_for": at.date(),
            **asked,
            **stamps,
        },
    )
    period = {"id": id_of("Prediction", PERIODS + number), "claim_id": id_of("Claim", hub), "series_id": id_of("Series", hub)}
    yield domain.Prediction, {**period, "review_on": at.date(), "waits_for": at.date(), **asked, **stamps}
    if number != hub:
        belongs = {"claimant_id": id_of("Claimant", number), "of_id": id_of("Claimant", hub)}
        yield domain.Membership, {"id": id_of("Membership", number), **belongs, **stamps}
        for index, (type_, ends) in enumerate((("SUPPORTS", (hub, number)), ("DEPENDS_ON", (number, hub)))):
            one, other = (id_of("Claim", end) for end in ends)
            held = {"from_claim_id": one, "to_claim_id": other, "type": type_, "state": "ASSERTED", **said, **stamps}
            yield domain.ClaimRelation, {"id": id_of("ClaimRelation", 2 * number + index), **held}
    found = {"verdict": "YES", "rationale": "So.", "review": "SUPERSEDED", "proposed_by": "Edith", "recorded_at": at, **stamps}
    yield domain.Outcome, {"id": id_of("Outcome", number), "prediction_id": id_of("Prediction", hub), **found}
    judged = {
        "rating": "TRUE",
        "summary": "So.",
        "state": "SUPERSEDED",
        "ended_reason": "r",
        "proposed_by": "Edith",
        "recorded_at": at,
    }
    yield domain.Review, {"id": id_of("Review", number), "claim_id": id_of("Claim", hub), **judged, **stamps}
    shown = {"source_id": id_of("Source", hub), "stance": "CONTEXT", **said, **stamps}
    about = dict.fromkeys(("claim_id", "outcome_id", "review_id"))
    yield domain.Evidence, {"id": id_of("Evidence", 3 * number), **about, "claim_id": id_of("Claim", hub), **shown}
    yield domain.Evidence, {"id": id_of("Evidence", 3 * number + 1), **about, "outcome_id": id_of("Outcome", hub), **shown}
    yield domain.Evidence, {"id": id_of("Evidence", 3 * number + 2), **about, "review_id": id_of("Review", hub), **shown}
    refused = {"snapshot_id": id_of("Snapshot", hub), "start": number, "end": number + 1, **said}
    yield domain.SuggestionRefusal, {"id": id_of("SuggestionRefusal", number), **refused}
    on_the_way = {"prediction_id": id_of("Prediction", hub), "progress": "NOTE", "noted_on": at.date(), "text": "t", **said}
    yield domain.ProgressNote, {"id": id_of("ProgressNote", number), **on_the_way}
    waited = {"asked_of": "They", "asked": "Why?", "asked_on": at.date(), "answer_by": at.date(), **stamps}
    yield domain.ReplyRequest, {"id": id_of("ReplyRequest", number), "prediction_id": id_of("Prediction", hub), **waited}
    flag = {"level": "OVERDUE", "due_on": date(1900, 1, 1) + timedelta(days=number), "noticed_at": at}
    yield domain.Flag, {"id": id_of("Flag", number), "prediction_id": id_of("Prediction", hub), **flag}
    yield domain.Erasure, {"id": id_of("Erasure", number), "reason": "r", "asked_by": "Edith", "characters": 3, **stamps}
    who = {"name": f"Name {number}", "kind": "PERSON", "role": "READER"}
    yield domain.Account, {"id": id_of("Account", number), **who, **stamps}
    key = {"prefix": str(number), "secret_hash": "0" * 64, "scopes": "READ", "expires_on": at.date(), "name": "n", "issued_by": "E"}
    yield domain.Token, {"id": id_of("Token", number), "account_id": id_of("Account", hub), **key, **stamps}
    told = {"name": f"Name {number}", "kind": "DIGEST", "about": "ALL", "address": SecretStr("a@example.org"), "since": 0}
    saved = {"name": f"Name {number}", "filter": "{}", "saved_by": "Edith"}
    yield domain.SavedSearch, {"id": id_of("SavedSearch", number), **saved, **stamps}
    yield domain.Channel, {"id": id_of("Channel", number), **told, **stamps}
    tried = {"position": number, "state": "SENT", "attempts": 1, "made_at": at, "due_at": at}
    yield domain.Delivery, {"id": id_of("Delivery", number), "channel_id": id_of("Channel", hub), **tried}
    for index, kind in enumerate(MANY_KINDS):
        change = {
            "record_type": kind,
            "version": number + 1,
            "action": "a",
            "before": "{}",
            "after": "{}",
            "hash": "0" * 64,
            "corrects_id": {"Source": id_of("Prediction", hub), "Claimant": id_of("Claim", hub)}.get(kind),
            **said,
        }
        yield (
            domain.Revision,
            {
                "id": id_of("Revision", len(MANY_KINDS) * number + index),
                "record_id": id_of(kind, 2 if kind in BETWEEN_TWO else hub),
                **change,
            },
        )
    yield domain.SearchEntry, {"kind": "CLAIM", "record_id": id_of("Claim", number), "words": f"bridge {number}"}


def fill(desk: Desk, numbers: range) -> None:
    """Insert the rows of these numbers, all in one transaction."""
    together: dict[type[Any], list[dict[str, Any]]] = {}
    for number in numbers:
        for kind, row in rows(number):
            together.setdefault(kind, []).append(row)
    with desk.database.connection() as connection:
        for kind, some in together.items():
            connection.execute(sa.insert(sa.inspect(kind).local_table), some)


@contextmanager
def writing(desk: Desk) -> Iterator[None]:
    """Insert into every list as long as the block runs."""
    done = threading.Event()

    def write() -> None:
        number = ROWS
        while not done.is_set():
            fill(desk, range(number, number + 3))
            number += 3
            done.wait(0.1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()
    with desk.database.connection() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(domain.Claim)).scalar_one() > ROWS + 10


def lists() -> dict[str, list[str]]:
    """Name every connection of the schema, by the type that it is on."""
    found: dict[str, list[str]] = {}
    for name, kind in build_schema(sdl()).type_map.items():
        for field, each in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            if get_named_type(each.type).name.endswith("Connection"):
                found.setdefault(name, []).append(field)
    return found


def walked(desk: Desk) -> dict[str, list[str]]:
    """Choose the lists to walk: all, but without CLAIMKB_TEST_LONG=1 of PostgreSQL's only those of every kind of question."""
    if desk.database.is_sqlite or IS_LONG:
        return lists()
    return {kind: lists()[kind] for kind in ("Query", "Outcome", "Source")}


def document(kind: str, fields: Iterable[str]) -> str:
    """Write the query that reads the next page of some lists of one record."""
    given = {"Query.search": 'query: "bridge", ', "Query.revisions": 'filter: {recordType: ["Claim"]}, '}
    pages = " ".join(
        f"{field}({given.get(f'{kind}.{field}', '')}first: 100, after: ${field})"
        " { pageInfo { hasNextPage endCursor } nodes { ... on Node { id } } }"
        for field in fields
    )
    variables = ", ".join(f"${field}: String" for field in fields)
    if kind == "Query":
        return f"query({variables}) {{ {pages} }}"
    return f"query($id: ID!, {variables}) {{ node(id: $id) {{ ... on {kind} {{ {pages} }} }} }}"


def walk(client: TestClient, kind: str, fields: list[str]) -> dict[str, list[str]]:
    """Read some lists of one record side by side, page by page, each to its end."""
    seen: dict[str, list[str]] = {field: [] for field in fields}
    after: dict[str, str | None] = dict.fromkeys(fields)
    record = {} if kind == "Query" else {"id": global_id(kind, id_of(kind, 2 if kind in BETWEEN_TWO else 0))}
    while after:
        answer = client.post("/graphql", json={"query": document(kind, after), "variables": record | after}).json()
        assert "errors" not in answer, answer
        for field, page in (answer["data"] if kind == "Query" else answer["data"]["node"]).items():
            seen[field] += [row["id"] for row in page["nodes"]]
            if page["pageInfo"]["hasNextPage"]:
                after[field] = page["pageInfo"]["endCursor"]
            else:
                del after[field]
    return seen


def original(kind: str, field: str) -> set[str]:
    """Name the rows that a list had before the writer began."""
    of = {
        "search": "Claim",
        "relations": "ClaimRelation",
        "inverseRelations": "ClaimRelation",
        "dependents": "Prediction",
        "evidence": "Evidence",
        "deliveries": "Delivery",
        "savedSearches": "SavedSearch",
        "members": "CollectedClaim",
        "anchors": "AnchorProposal",
        "anchorsToDecide": "AnchorProposal",
    }
    target = "Membership" if f"{kind}.{field}" == "Claimant.members" else of.get(field) or field[0].upper() + field[1:-1]
    tables = {(kind, row["id"]) for number in (1, 2) for kind, row in rows(number) if "id" in row}
    assert tables
    numbers = range(ROWS)
    if target == "Correction":
        return original("Claimant" if kind == "Claim" else "Source", "revisions")
    if target == "Revision" and kind == "Query":
        return original("Claim", "revisions")
    if target == "Revision":
        return {global_id(target, id_of(target, len(MANY_KINDS) * number + MANY_KINDS.index(kind))) for number in numbers}
    if target == "Evidence":
        indexes = {"Claim": [0], "Outcome": [1], "Review": [2], "Source": [0, 1, 2]}[kind]
        return {global_id(target, id_of(target, 3 * number + index)) for number in numbers for index in indexes}
    if f"{kind}.{field}" == "Collection.sources":
        return {global_id(target, id_of(target, 0))}  # all its claims appear in this one
    if target in ("Appearance", "ClaimRelation", "CollectedClaim", "AnchorProposal"):
        index = {"Claim.appearances": 1, "Claim.inverseRelations": 1, "Appearance.anchors": 1}.get(f"{kind}.{field}", 0)
        both = f"{kind}.{field}" == "Source.appearances"
        first = 1 if target == "ClaimRelation" else 0
        found = {global_id(target, id_of(target, 2 * number + index)) for number in numbers[first:]}
        return found | ({global_id(target, id_of(target, 2 * number + 1)) for number in numbers} if both else set())
    if f"{kind}.{field}" in ("Claim.predictions", "Series.predictions"):
        return {global_id(target, id_of(target, PERIODS + number)) for number in numbers}
    return {
        global_id(target, id_of(target, number))
        for number in numbers[1 if field == "dependents" or target == "Membership" else 0 :]
    }


@pytest.mark.campaign
def test_every_list_pages_without_a_skip_or_a_repeat_while_a_writer_inserts(desk: Desk) -> None:
    fill(desk, range(ROWS))
    admin = {"authorization": f"Bearer {a_token(desk, an_account(desk)).secret.get_secret_value()}"}
    unlimited = Limits(rate_cost=10**9)
    with TestClient(app_of(desk, unlimited), base_url="http://127.0.0.1", headers=admin) as client, writing(desk):
        for kind, fields in walked(desk).items():
            for field, seen in walk(client, kind, fields).items():
                assert len(seen) == len(set(seen)), f"{kind}.{field} repeats a row"
                missing = original(kind, field) - set(seen)
                assert not missing, f"{kind}.{field} skips {len(missing)} rows"


def test_every_list_of_the_schema_is_walked() -> None:
    assert sum(len(fields) for fields in lists().values()) == 68
