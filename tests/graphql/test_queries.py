"""What can be asked, of the real story."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from claimkb.actions import erasing, following, memberships, outcomes, predictions, searches
from claimkb.actions.work import Desk
from claimkb.domain.permissions import PRIVATE
from claimkb.domain.reference import global_id
from claimkb.graphql.schema.queries import NODES
from claimkb.identity import COMMAND_LINE
from claimkb.store.engine import levels
from tests.builders import TODAY, a_claimant, a_collection, a_fact, a_prediction, a_series, a_source, do, resolved, reviewed
from tests.graphql.conftest import LEVELS, Ask
from tests.verbs import anchor_to_decide


@pytest.fixture
def prediction(story: Desk, data: Ask) -> Any:
    """Find the overdue visit of the story."""
    assert story
    return data("{ predictions(filter: {timeliness: [LONG_OVERDUE]}) { nodes { id claim { id } } } }")["predictions"]["nodes"][0]


def test_the_overdue_visit_is_shown_with_everything_about_it(prediction: Any, data: Ask) -> None:
    shown = data(
        """query($id: ID!) { prediction(id: $id) {
            dueOn dueFrom duePrecision dueBasis dueReasoning originalDueOn reviewOn likelihoodText probability status
            timeliness daysOverdue isAsSealed viewerCan kind checkability outcome { id } dependsOn { id } dueDateChanges { id }
            claim { voice claimant { name } saidOn saidOnPrecision
              appearances { nodes { paragraph section source { byline snapshot { length } } quote { exact start end status } } } }
            flags { totalCount nodes { level dueOn clearedAt } } outcomes { totalCount } revisions { nodes { action version } }
        } }""",
        id=prediction["id"],
    )["prediction"]
    assert shown == {
        "dueOn": "2025-11-19",
        "dueFrom": "2025-11-19",
        "duePrecision": "DAY",
        "dueBasis": "DERIVED",
        "dueReasoning": shown["dueReasoning"],
        "originalDueOn": "2025-11-19",
        "reviewOn": None,
        "likelihoodText": "is planned to",
        "probability": None,
        "status": "OPEN",
        "timeliness": "LONG_OVERDUE",
        "daysOverdue": 369,
        "isAsSealed": True,
        "viewerCan": ["RESOLVE", "MOVE_DUE_DATE", "WITHDRAW", "UPDATE", "ASSIGN"],
        "kind": "FORECAST",
        "checkability": "RESOLVABLE",
        "outcome": None,
        "dependsOn": [],
        "dueDateChanges": [],
        "claim": {
            "voice": "UNATTRIBUTED",
            "claimant": None,
            "saidOn": "2025-11-01",
            "saidOnPrecision": "MONTH",
            "appearances": {
                "nodes": [
                    {
                        "paragraph": 10,
                        "section": "A Much Needed Win for the Trump Administration",
                        "source": {"byline": "Joseph Fisher", "snapshot": {"length": 7104}},
                        "quote": {"exact": "is planned to visit Washington D.C.", "start": 5013, "end": 5048, "status": "EXACT"},
                    }
                ]
            },
        },
        "flags": {"totalCount": 1, "nodes": [{"level": "LONG_OVERDUE", "dueOn": "2025-11-19", "clearedAt": None}]},
        "outcomes": {"totalCount": 0},
        "revisions": {"nodes": [{"action": "recordPrediction", "version": 1}]},
    }
    assert "7 November + 12 days = 19 November 2025" in shown["dueReasoning"]


def test_node_finds_any_record_and_gives_null_for_what_is_not_there(prediction: Any, data: Ask) -> None:
    found = data("query($id: ID!) { node(id: $id) { __typename id uuid ... on Prediction { status } } }", id=prediction["id"])[
        "node"
    ]
    assert (found["__typename"], found["id"], found["status"]) == ("Prediction", prediction["id"], "OPEN")
    assert data("query($id: ID!) { prediction(id: $id) { id } node(id: $id) { id } }", id=found["uuid"]) == {
        "prediction": {"id": prediction["id"]},
        "node": None,
    }
    for wrong in ("", "x", "🦆", "UHJlZGljdGlvbjp4"):
        assert data("query($id: ID!) { node(id: $id) { id } prediction(id: $id) { id } }", id=wrong) == {
            "node": None,
            "prediction": None,
        }


def test_nodes_keeps_the_order_and_a_place_for_what_is_missing(prediction: Any, data: Ask) -> None:
    ids = [prediction["claim"]["id"], "x", prediction["id"]]
    found = data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)["nodes"]
    assert found == [{"id": ids[0]}, None, {"id": ids[2]}]


def test_an_id_of_another_kind_is_null(prediction: Any, data: Ask) -> None:
    assert data("query($id: ID!) { claim(id: $id) { id } }", id=prediction["id"]) == {"claim": None}


def a_refusal(desk: Desk, data: Ask) -> str:
    """Refuse a suggestion of a text; return the id of the refusal, which no list has."""
    source = a_source(desk, language="en", snapshot={"text": "The ferry will sail again in May 2027, Ida Berg said."})
    id_ = global_id("Source", source.id)
    (suggestion,) = data("query($id: ID!) { source(id: $id) { suggestions { id } } }", id=id_)["source"]["suggestions"]
    given = {"sourceId": id_, "suggestionId": suggestion["id"], "reason": "It is the headline."}
    refuse = "mutation($given: RefuseSuggestionInput!) { refuseSuggestion(input: $given) { refusal { id } } }"
    refused: str = data(refuse, given=given)["refuseSuggestion"]["refusal"]["id"]
    return refused


def test_every_kind_of_node_is_found_by_its_id(story: Desk, data: Ask) -> None:
    moved = a_prediction(story)
    order = {"prediction_id": moved.id, "kind": "EXTENSION", "due_on": TODAY, "reason": "r"}
    do(story, predictions.move_due_date, predictions.MoveDueDate.model_validate(order))
    note = following.NoteProgress(prediction_id=moved.id, progress="NOTE", text="t")
    do(story, following.note_progress, note)
    ask = following.RequestReply(prediction_id=moved.id, asked_of="They", asked="Why?", answer_by=TODAY)
    do(story, following.request_reply, ask)
    do(story, searches.save_search, searches.SaveSearch(name="n", filter={}))
    a_collection(story, a_fact(story))
    reviewed(story, a_fact(story, statement="It is shut."))
    house, minister = a_claimant(story, "A house", "GOVERNMENT"), a_claimant(story, "A minister")
    member = memberships.RecordMembership(claimant_id=minister.id, of_id=house.id)
    do(story, memberships.record_membership, member)
    late = a_prediction(story)
    resolved(story, late)
    do(story, outcomes.reopen_prediction, outcomes.ReopenPrediction(prediction_id=late.id, reason="r"))
    a_series(story)
    anchor_to_decide(story)
    do(story, erasing.erase_text, erasing.EraseText(text="shut", reason="r"), COMMAND_LINE)
    found = data(
        """{ erased: revisions(first: 100) { nodes { erasure { id } } }
             sources(first: 1) { nodes { id revisions { nodes { id } } } }
             claimants(filter: {text: "A minister"}) { nodes { id memberships { id } } }
             claims(filter: {restsOnlyOn: "The Astana Times"}) {
                nodes { id evidence { nodes { id } } appearances { nodes { id } } } }
             savedSearches { nodes { id } }
             collections { nodes { id members { nodes { id } } } }
             anchorsToDecide { nodes { id snapshot { id } } }
             reviewed: claims(filter: {reviewed: true}) { nodes { review { id } } }
             related: claims(filter: {text: "first state to join"}) { nodes { relations { nodes { id } } } }
             predictions(first: 60) { nodes { id outcomes { nodes { id } } flags { nodes { id } } dueDateChanges { id }
                series { id } progressNotes { nodes { id } } replyRequests { nodes { id } } } } }"""
    )
    ids = {*_ids(found), a_refusal(story, data)}
    kinds = {data("query($id: ID!) { node(id: $id) { __typename id } }", id=id_)["node"]["__typename"] for id_ in ids}
    assert kinds == set(NODES) - PRIVATE


def _ids(value: Any) -> list[str]:
    """Collect every id of an answer."""
    if isinstance(value, dict):
        own = [value["id"]] if "id" in value else []
        return own + [each for part in value.values() for each in _ids(part)]
    return [each for part in value for each in _ids(part)] if isinstance(value, list) else []


@pytest.mark.usefixtures("story")
def test_the_backlog_counts_and_names_the_oldest(data: Ask) -> None:
    backlog = data("{ backlog { today counts { timeliness count } oldestOverdue { dueOn } lastRun { asOf succeededAt } } }")[
        "backlog"
    ]
    counts = {each["timeliness"]: each["count"] for each in backlog["counts"] if each["count"]}
    assert counts == {"LONG_OVERDUE": 1, "REVIEW_DUE": 13}
    assert backlog["oldestOverdue"] == {"dueOn": "2025-11-19"}
    assert backlog["lastRun"] == {"asOf": "2026-11-23", "succeededAt": "2026-11-23T12:00:00Z"}
    assert backlog["today"] == "2026-11-23"


def test_an_empty_database_answers_too(data: Ask) -> None:
    answer = data(
        "{ backlog { oldestOverdue { id } lastRun { asOf } } predictions { totalCount nodes { id } pageInfo { endCursor } } }"
    )
    assert answer["backlog"] == {"oldestOverdue": None, "lastRun": None}
    assert answer["predictions"] == {"totalCount": 0, "nodes": [], "pageInfo": {"endCursor": None}}


def test_the_viewer_is_the_local_editor(data: Ask) -> None:
    viewer = data("{ viewer { name account { name } role permissions } }")["viewer"]
    assert (viewer["name"], viewer["account"], viewer["role"]) == ("local editor", None, "EDITOR")
    assert viewer["permissions"][:3] == ["READ", "READ_TEXT", "FOLLOW"]


def test_a_source_is_found_by_its_address(desk: Desk, data: Ask) -> None:
    a_source(desk, url="https://example.org/a?b=c")
    query = "query($url: URL!) { sourceByUrl(url: $url) { title snapshot { capturedAt length } } }"
    assert data(query, url="https://example.org/a?b=c")["sourceByUrl"] == {
        "title": "The bridge",
        "snapshot": {"capturedAt": "2026-11-23T12:00:00Z", "length": 87},
    }
    assert data(query, url="https://example.org/b")["sourceByUrl"] is None


@pytest.mark.usefixtures("story")
def test_lists_are_ordered_as_asked(data: Ask) -> None:
    by_title = data("{ sources(orderBy: {field: TITLE, direction: ASC}) { nodes { title } } }")["sources"]["nodes"]
    assert [each["title"] for each in by_title] == sorted(each["title"] for each in by_title)
    query = "{ predictions(orderBy: {field: DUE_ON, direction: DESC}) { nodes { dueOn reviewOn } } }"
    last = data(query)["predictions"]["nodes"][-1]
    assert last == {"dueOn": "2025-11-19", "reviewOn": None}


@pytest.mark.usefixtures("story")
def test_nested_lists_are_paged_each_for_itself(data: Ask) -> None:
    query = """query($first: Int, $after: String) { claimants(filter: {text: "Fisher"}) { nodes {
        claims(first: $first, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { id } } } } }"""
    seen: list[str] = []
    after = None
    while True:
        page = data(query, first=30, after=after)["claimants"]["nodes"][0]["claims"]
        assert page["pageInfo"]["hasPreviousPage"] == bool(seen)
        seen += [each["id"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == page["totalCount"] > 60


@pytest.mark.usefixtures("story")
def test_a_claim_that_stands_twice_in_a_source_is_listed_once(data: Ask) -> None:
    query = """{ sources(filter: {byline: "Joseph Fisher"}) { nodes {
        claims(first: 100) { totalCount nodes { id } } appearances { totalCount } } } }"""
    source = data(query)["sources"]["nodes"][0]
    assert source["appearances"]["totalCount"] == 116
    assert source["claims"]["totalCount"] == 104
    assert len({each["id"] for each in source["claims"]["nodes"]}) == 100


def statements(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the statements that read, in a session or beneath it, from now on; those for authentication are left out."""
    given: list[str] = []
    written = levels.Statement.bind

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "SELECT" in statement and "FROM account" not in statement:
            given.append(statement)

    def note_beneath(statement: levels.Statement, fills: Mapping[str, Any]) -> Any:
        given.append(statement.text)
        return written(statement, fills)

    sa.event.listen(desk.database.engine, "before_cursor_execute", note)
    monkeypatch.setattr(levels.Statement, "bind", note_beneath)
    return given


def test_fifty_predictions_take_one_statement_a_level(fifty: Desk, executed: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    given = statements(fifty, monkeypatch)
    nodes = executed(LEVELS, first=50)["predictions"]["nodes"]
    assert len(nodes) == 50
    assert [each["claim"]["appearances"]["totalCount"] for each in nodes] == [1] * 50
    tables = sorted(re.findall(r"FROM (?:\(SELECT.*?FROM )?(\w+)", each, re.DOTALL)[0] for each in given)
    assert tables == ["appearance", "appearance", "claim", "claimant", "flag", "outcome", "prediction", "source"]


def test_a_count_alone_reads_no_page(fifty: Desk, executed: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    given = statements(fifty, monkeypatch)
    assert executed("{ predictions { totalCount } }") == {"predictions": {"totalCount": 50}}
    assert len(given) == 1


def test_who_waits_for_the_same_as_one_beside_whom_something_fails_is_answered(desk: Desk, ask: Ask) -> None:
    both = """query($id: ID!) {
        a: prediction(id: $id) { outcome { id } dueDateChanges { id } }
        b: prediction(id: $id) { outcome { id } dueDateChanges { id } progressNotes(first: 0, last: 0) { totalCount } }
    }"""
    answer = ask(both, id=str(a_prediction(desk).id))
    assert answer["data"] == {"a": {"outcome": None, "dueDateChanges": []}, "b": None}
    assert [error["path"] for error in answer["errors"]] == [["b", "progressNotes"]]
