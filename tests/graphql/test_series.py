"""Series over the API."""

import pytest

from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from tests.actions.test_series import of
from tests.builders import a_claim, a_prediction, a_series, resolved
from tests.graphql.conftest import Ask
from tests.graphql.test_queries import statements

RECORD = """mutation($claim: ID!) { recordSeries(input: { claimId: $claim, every: YEAR, from: "2025-01-01", until: "2028-12-31",
    question: "600,000 homes in {year}?", criteria: "The ministry counts them.", kind: PROMISE, dueBasis: STATED })
    { userErrors { message } claim { prediction { question } } series { every from until line claim { statement }
    predictions { totalCount nodes { question dueOn series { line } } } } } }"""


def test_a_series_is_recorded_and_shown_with_its_periods(desk: Desk, data: Ask) -> None:
    payload = data(RECORD, claim=global_id("Claim", a_claim(desk).id))["recordSeries"]
    series = payload["series"]
    assert payload["claim"] == {"prediction": {"question": "600,000 homes in 2025?"}}
    assert (series["every"], series["from"], series["until"]) == ("YEAR", "2025-01-01", "2028-12-31")
    assert series["line"] == "Of 4 periods 1 past due and unchecked; 3 not yet due."
    assert series["predictions"]["totalCount"] == 4
    assert [each["dueOn"] for each in series["predictions"]["nodes"]] == [f"{year}-12-31" for year in range(2025, 2029)]


CLAIMS = """{ claims { nodes { prediction { question series { line from } } predictions(first: 2) { totalCount nodes { question } } } } }"""


def test_a_page_of_claims_shows_the_prediction_that_waits_next_by_plan_and_executor_alike(
    desk: Desk, data: Ask, executed: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_series(desk, kind="PROMISE")
    first, second, third, _ = of(desk, made.claim_id)
    resolved(desk, first)
    resolved(desk, second, verdict="NO", early_reason="None was begun.")
    a_prediction(desk, question="Alone?")
    a_claim(desk)
    given = statements(desk, monkeypatch)
    nodes = executed(CLAIMS)["claims"]["nodes"]
    shown = {"question": third.question, "series": {"from": "2025-01-01", "line": "Of 4 periods 1 kept, 1 broken; 2 not yet due."}}
    assert [each["prediction"] for each in nodes if each["predictions"]["totalCount"] == 4] == [shown]
    assert {each["predictions"]["totalCount"] for each in nodes} == {0, 1, 4}
    assert len(given) == 6
    assert data(CLAIMS)["claims"]["nodes"] == nodes
