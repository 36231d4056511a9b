"""Numbers and bounds over the API: as text, never as floats, and the same by a plan and field by field."""

from datetime import timedelta
from typing import Any

import pytest

from claimkb.actions.work import Desk
from tests.builders import TODAY, a_claim, a_claimant, a_prediction, everything, resolved
from tests.graphql.conftest import Ask

FIVE = {"comparator": "AT_LEAST", "value": "5", "unit": "%"}
ALL = """{ predictions { nodes { bound answerFrom isOverdue target { comparator value upper tolerance unit }
    outcomes { nodes { measured unit error daysEarly daysLate } } dueDateChanges { oldBound newBound oldAnswerFrom newAnswerFrom } } } }"""


def given(desk: Desk, **more: Any) -> dict[str, Any]:
    """Write the input of a prediction."""
    return {"claimId": str(a_claim(desk).id), "question": "Q?", "criteria": "C.", **more}


def test_a_number_is_recorded_measured_and_shown_as_text(desk: Desk, mutate: Ask) -> None:
    target = {"comparator": "BETWEEN", "value": 3, "upper": "5.50", "unit": "%"}
    recorded = mutate(
        "recordPrediction", "prediction { id target { value upper tolerance } isAsSealed }", **given(desk, target=target)
    )["prediction"]
    assert recorded["target"] == {"value": "3", "upper": "5.5", "tolerance": None}
    answer = {"verdict": "NO", "rationale": "So.", "noEvidenceReason": "Seen.", "measured": "2.25"}
    done = mutate("resolvePrediction", "outcome { measured unit error }", predictionId=recorded["id"], **answer)
    assert done["outcome"] == {"measured": "2.25", "unit": "%", "error": "-0.75"}


def test_plans_answer_what_the_executor_answers(desk: Desk, data: Ask, executed: Ask, mutate: Ask) -> None:
    early = a_prediction(desk, due_from="2025-11-01", bound="WITHIN")
    resolved(desk, early, verdict="NO", occurred_on="2025-10-30")
    resolved(desk, a_prediction(desk, target=FIVE), verdict="NO", measured="4.1")
    moved = {"predictionId": str(a_prediction(desk).id), "kind": "CORRECTION", "reason": "r", "dueOn": "2025-11-19"}
    mutate("moveDueDate", "prediction { bound }", bound="NOT_BEFORE", answerFrom="2026-11-23", **moved)
    found = data(ALL)
    assert found == executed(ALL)
    assert [each["isOverdue"] for each in found["predictions"]["nodes"]] == [False, False, False]
    assert [each["outcomes"]["nodes"] for each in found["predictions"]["nodes"]] == [
        [{"measured": None, "unit": None, "error": None, "daysEarly": 2, "daysLate": None}],
        [{"measured": "4.1", "unit": "%", "error": "-0.9", "daysEarly": None, "daysLate": None}],
        [],
    ]
    (change,) = found["predictions"]["nodes"][2]["dueDateChanges"]
    assert change == {"oldBound": "BY", "newBound": "NOT_BEFORE", "oldAnswerFrom": None, "newAnswerFrom": "2026-11-23"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (5.5, "A float may not be the number that was meant: send the digits as text"),
        (1e5, "A float may not be the number that was meant"),
        ("NaN", "This is not a decimal number"),
        ("1e5", "This is not a decimal number"),
        ("9" * 40, "The number has more than 30 digits."),
        (True, "This is not a decimal number"),
    ],
)
def test_what_is_no_decimal_number_is_refused(desk: Desk, ask: Ask, value: object, said: str) -> None:
    order, before = given(desk, target={**FIVE, "value": value}), everything(desk)
    answer = ask("mutation($input: RecordPredictionInput!) { recordPrediction(input: $input) { prediction { id } } }", input=order)
    assert said in answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert everything(desk) == before


@pytest.mark.parametrize("literal", ["5.5", "1e5"])
def test_a_float_in_a_document_is_refused(ask: Ask, literal: str) -> None:
    order = f'{{claimId: "x", question: "Q?", criteria: "C.", target: {{comparator: ABOUT, value: {literal}, unit: "%"}}}}'
    answer = ask(f"mutation {{ recordPrediction(input: {order}) {{ prediction {{ id }} }} }}")
    assert "A float may not be the number that was meant" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("target", "field", "said"),
    [
        ({"upper": "6"}, "upper", "Only BETWEEN has an upper value: leave it out, or choose that comparator."),
        ({"comparator": "ABOUT"}, "tolerance", "ABOUT needs a tolerance: say by how much it may be off."),
        ({"unit": ""}, "unit", "This must not be empty."),
    ],
)
def test_what_is_wrong_with_a_target_is_told_at_its_place(
    desk: Desk, mutate: Ask, target: dict[str, Any], field: str, said: str
) -> None:
    order, before = given(desk, target={**FIVE, **target}), everything(desk)
    answer = mutate("recordPrediction", "prediction { id }", **order)
    assert [(each["message"], each["field"]) for each in answer["userErrors"]] == [(said, ["input", "target", field])]
    assert everything(desk) == before


def test_a_verdict_that_the_measure_contradicts_is_told_with_the_sum(desk: Desk, mutate: Ask) -> None:
    made = a_prediction(desk, target=FIVE)
    answer = {"verdict": "YES", "rationale": "So.", "noEvidenceReason": "Seen.", "measured": "4.1"}
    (told,) = mutate("resolvePrediction", "outcome { id }", predictionId=str(made.id), **answer)["userErrors"]
    assert told == {"code": "INVALID", "message": "4.1 % is not at least 5 %: that is NO.", "field": ["input", "verdict"]}


def test_near_misses_stand_in_the_track_record(desk: Desk, data: Ask, executed: Ask) -> None:
    bank = a_claimant(desk, "The bank", "ORGANIZATION")
    for measured in ("4.9", "4.8", "5.1"):
        claim = a_claim(desk, voice="REPORTED", claimant_id=bank.id)
        made = a_prediction(desk, TODAY - timedelta(days=9), claim=claim, target=FIVE)
        resolved(desk, made, verdict="YES" if measured > "5" else "NO", measured=measured)
    asked = (
        "query($id: ID!) { claimant(id: $id) { trackRecord { line errors { unit count within meanError meanAbsoluteError } } } }"
    )
    record = data(asked, id=str(bank.id))["claimant"]["trackRecord"]
    assert record["line"].endswith(
        "0 past due and unchecked. In %, of 3 numbers measured 1 met the target; off by 0.133 on average, 0.0667 below in the mean."
    )
    (errors,) = record["errors"]
    assert (errors["unit"], errors["count"], errors["within"]) == ("%", 3, 1)
    assert (errors["meanError"], errors["meanAbsoluteError"]) == ("-0.0666667", "0.133333")
    assert executed(asked, id=str(bank.id))["claimant"]["trackRecord"] == record


def test_predictions_are_filtered_by_whether_they_have_a_number(desk: Desk, data: Ask) -> None:
    a_prediction(desk, question="number", target=FIVE)
    a_prediction(desk, question="none")
    asked = "query($has: Boolean) { predictions(filter: {hasTarget: $has}) { nodes { question } } }"
    assert data(asked, has=True)["predictions"]["nodes"] == [{"question": "number"}]
    assert data(asked, has=False)["predictions"]["nodes"] == [{"question": "none"}]
