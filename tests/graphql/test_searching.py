"""What is found by its words, and which claims are like a statement; the same on both engines."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claimkb.actions.work import Desk
from tests.builders import a_claim, a_claimant, a_prediction, a_source, resolved
from tests.ghosts import an_outcome_that_was_never_recorded
from tests.graphql.conftest import Ask

SEARCH = """query($query: String!, $kinds: [SearchKind!], $first: Int, $after: String) {
    search(query: $query, kinds: $kinds, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { snippet node { __typename ... on Node { id } } } } }"""


def found(data: Ask, query: str, **given: Any) -> list[tuple[str, str]]:
    """Search, and return kind and snippet of what is found."""
    edges = data(SEARCH, query=query, **given)["search"]["edges"]
    return [(edge["node"]["__typename"], edge["snippet"]) for edge in edges]


@pytest.fixture
def bridges(desk: Desk) -> Desk:
    """Record claims, a claimant, a source, a prediction and an outcome about bridges."""
    a_claim(desk, statement="Le pont Élysée coûte 12 millions d'euros & plus.")
    a_claimant(desk, "Łukasz Øde")
    a_source(desk, title="Bridges of the north", byline="Ann Author")
    prediction = a_prediction(desk, question="Does the bridge open in spring?")
    resolved(desk, prediction, rationale="The minister cut the ribbon.")
    return desk


@pytest.mark.usefixtures("bridges")
def test_the_words_of_what_was_never_recorded_find_nothing(desk: Desk, data: Ask, executed: Ask) -> None:
    an_outcome_that_was_never_recorded(desk)
    for ask in (data, executed):
        answer = ask(SEARCH, query="bridge")["search"]
        assert [each["node"]["__typename"] for each in answer["edges"]] == ["Prediction", "Claim", "Source"]


@pytest.mark.usefixtures("bridges")
@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("ELYSEE", [("Claim", "Le pont <mark>Élysée</mark> coûte 12 millions d&#x27;euros &amp; plus.")]),
        ("coute pont", [("Claim", "Le <mark>pont</mark> Élysée <mark>coûte</mark> 12 millions d&#x27;euros &amp; plus.")]),
        ("lukasz ode", [("Claimant", "<mark>Łukasz Øde</mark>")]),
        ("north", [("Source", "Bridges of the <mark>north</mark> · Ann Author")]),
        ('"bridge open"', [("Prediction", "Does the <mark>bridge open</mark> in spring? · The ministry says so.")]),
        ('"open bridge"', []),
        ("bridge -spring", [("Source", "<mark>Bridges</mark> of the north · Ann Author"), ("Claim", "The <mark>bridge</mark> will open.")]),
        ("ribbon", [("Outcome", "The minister cut the <mark>ribbon</mark>.")]),
        ("spri", [("Prediction", "Does the bridge open in <mark>spring</mark>? · The ministry says so.")]),
        ("sp", []),
        ("-bridge", []),
        ("", []),
        ("🦆 * ' \" : OR", []),
    ],
)  # fmt: skip
def test_a_search_finds_words_whatever_their_case_and_accents(query: str, there: list[tuple[str, str]], data: Ask) -> None:
    assert sorted(found(data, query)) == sorted(there)


@pytest.mark.usefixtures("bridges")
def test_a_search_keeps_to_the_kinds_it_is_given(data: Ask) -> None:
    assert {kind for kind, _ in found(data, "bridge")} == {"Source", "Claim", "Prediction"}
    assert [kind for kind, _ in found(data, "bridge", kinds=["SOURCE"])] == ["Source"]
    assert found(data, "bridge", kinds=[]) == []


def test_a_changed_record_is_found_by_its_new_words_only(desk: Desk, mutate: Ask, data: Ask) -> None:
    claim = a_claim(desk, statement="The tunnel opens.")
    mutate("updateClaim", "claim { statement }", claimId=str(claim.id), statement="The ferry sails.")
    assert found(data, "tunnel") == []
    assert found(data, "ferry") == [("Claim", "The <mark>ferry</mark> sails.")]


@pytest.mark.usefixtures("bridges")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=300) | st.text("\"'*-:^(){}&|!<>\\ aé1_%NOT", max_size=40))
def test_no_query_of_any_shape_is_an_error(query: str, ask: Ask) -> None:
    answer = ask(SEARCH, query=query.encode("utf-8", "replace").decode().replace("\x00", ""))
    assert "errors" not in answer, answer


def test_a_search_that_is_too_long_is_told_so(ask: Ask) -> None:
    (error,) = ask(SEARCH, query="a" * 301)["errors"]
    assert error["message"] == "query has 301 characters; at most 300 are read. Send the words that matter."


SIMILAR = """query($statement: String!, $claimId: ID, $first: Int) {
    similarClaims(statement: $statement, claimId: $claimId, first: $first) { score why claim { id statement } } }"""


def test_similar_claims_come_with_their_score_and_the_words_they_share(desk: Desk, data: Ask) -> None:
    near = a_claim(desk, statement="The president will visit Astana in May.")
    far = a_claim(desk, statement="Astana is cold.")
    a_claim(desk, statement="The bridge is long.")
    alike = data(SIMILAR, statement="A visit of the President to ASTANA is planned.")["similarClaims"]
    assert [(each["claim"]["statement"], each["score"], each["why"]) for each in alike] == [
        (near.statement, 0.75, ["astana", "president", "visit"]),
        (far.statement, pytest.approx(1 / 3), ["astana"]),
    ]


def test_what_somebody_said_is_not_the_same_is_remembered(desk: Desk, data: Ask, mutate: Ask) -> None:
    one, other = (a_claim(desk, statement=f"The bridge opens in {when}.") for when in ("May", "June"))
    ids = {"fromClaimId": str(one.id), "toClaimId": str(other.id), "type": "SAME_AS"}
    assert [
        each["claim"]["statement"] for each in data(SIMILAR, statement=one.statement, claimId=str(one.id))["similarClaims"]
    ] == [other.statement]
    denied = mutate("relateClaims", "relation { state version }", **ids, state="DENIED", note="Two openings.")
    assert denied["relation"] == {"state": "DENIED", "version": 1}
    assert data(SIMILAR, statement=one.statement, claimId=str(one.id))["similarClaims"] == []
    assert data(SIMILAR, statement=other.statement, claimId=str(other.id))["similarClaims"] == []
    back = {**ids, "fromClaimId": ids["toClaimId"], "toClaimId": ids["fromClaimId"]}
    again = mutate("relateClaims", "relation { state version note revisions { nodes { version } } }", **back, state="ASSERTED")
    assert again["relation"] == {
        "state": "ASSERTED",
        "version": 2,
        "note": "Two openings.",
        "revisions": {"nodes": [{"version": 1}, {"version": 2}]},
    }
    assert mutate("relateClaims", "relation { id }", **ids)["userErrors"][0]["code"] == "DUPLICATE"
    assert len(data(SIMILAR, statement=one.statement, claimId=str(one.id))["similarClaims"]) == 1


def test_a_retracted_claim_is_like_nothing(desk: Desk, data: Ask, mutate: Ask) -> None:
    claim = a_claim(desk, statement="The bridge opens.")
    mutate("retractClaim", "claim { id }", claimId=str(claim.id), reason="Misread.")
    assert data(SIMILAR, statement="The bridge opens.")["similarClaims"] == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"statement": "x", "claimId": "x"}, "This is not the id of a Claim. Copy the `id` that the API gives."),
        ({"statement": "x", "first": 101}, "At most 100 at once: send first from 0 to 100, not 101."),
        ({"statement": "x" * 1001}, "statement has 1001 characters; at most 1000 are read. Send the words that matter."),
    ],
)
def test_a_comparison_that_cannot_be_made_is_told_why(given: dict[str, Any], message: str, ask: Ask) -> None:
    (error,) = ask(SIMILAR, **given)["errors"]
    assert (error["message"], error["extensions"]["code"]) == (message, "BAD_USER_INPUT")


def test_a_statement_of_no_words_is_like_nothing(data: Ask) -> None:
    assert data(SIMILAR, statement="?!")["similarClaims"] == []
