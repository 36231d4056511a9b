"""What do words of dates mean? Asked over the API, which records nothing."""

from typing import Any

import pytest

from claimkb.actions.work import Desk
from tests.builders import a_claim
from tests.graphql.conftest import Ask

SHOWN = "{ from on precision written bound basis reasoning reviewOn }"
ASKED = f"""query($text: String!, $saidOn: Date = "2026-11-29", $language: String, $country: String) {{
    dueDates(text: $text, saidOn: $saidOn, language: $language, country: $country) {SHOWN} }}"""


def test_words_have_their_days_their_bound_and_the_sum(data: Ask, executed: Ask) -> None:
    found = data(ASKED, text="by the end of next quarter")
    assert found == executed(ASKED, text="by the end of next quarter")
    (reading,) = found["dueDates"]
    assert "29 November 2026 + 1 quarter = Q1 2027" in reading.pop("reasoning")
    assert reading == {
        "from": "2027-01-01",
        "on": "2027-03-31",
        "precision": "QUARTER",
        "written": "2027-Q1",
        "bound": "BY",
        "basis": "DERIVED",
        "reviewOn": None,
    }


def test_several_meanings_are_several_and_none_is_an_empty_list(data: Ask) -> None:
    days = [each["on"] for each in data(ASKED, text="11/12/2026")["dueDates"]]
    assert (days.count("2026-12-11"), days.count("2026-11-12")) == (1, 1)
    assert [each["on"] for each in data(ASKED, text="11/12/2026", country="us")["dueDates"]] == ["2026-11-12"]
    assert data(ASKED, text="the bridge")["dueDates"] == []


def test_vague_words_have_a_day_to_look_again(data: Ask) -> None:
    (reading,) = data(ASKED, text="soon")["dueDates"]
    assert (reading["on"], reading["from"], reading["precision"], reading["written"]) == (None,) * 4
    assert reading["reviewOn"] == "2027-05-28"


def test_each_language_is_tried_unless_one_is_named(data: Ask) -> None:
    assert data(ASKED, text="d'ici fin 2027")["dueDates"][0]["on"] == "2027-12-31"
    assert data(ASKED, text="d'ici fin 2027", language="fr-BE")["dueDates"][0]["on"] == "2027-12-31"
    assert data(ASKED, text="d'ici fin 2027", language="en")["dueDates"] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "x" * 301}, "text has 301 characters; at most 300 are read."),
        ({"text": "soon", "language": "tlh"}, "claimkb knows no words of dates in the language tlh yet"),
        ({"text": "soon", "country": "QQ"}, "claimkb has no table of the country QQ."),
        ({"text": "soon", "saidOn": "9999-12-31"}, "9999-12-31 is no day that claimkb counts from"),
    ],
)
def test_what_cannot_be_read_is_bad_input(ask: Ask, wrong: dict[str, Any], said: str) -> None:
    (error,) = ask(ASKED, **wrong)["errors"]
    assert error["message"].startswith(said)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


def test_what_is_read_can_be_recorded(data: Ask, mutate: Ask, desk: Desk) -> None:
    claim = a_claim(desk)
    (reading,) = data(ASKED, text="by mid-2027")["dueDates"]
    given = {"dueOn": reading["on"], "dueFrom": reading["from"], "duePrecision": reading["precision"], "bound": reading["bound"]}
    given |= {"dueBasis": reading["basis"], "dueReasoning": reading["reasoning"], "dueText": "by mid-2027"}
    asked = {"claimId": str(claim.id), "question": "Does it open?", "criteria": "Cars cross."}
    made = mutate("recordPrediction", "prediction { dueFrom dueOn duePrecision }", **asked, **given)
    assert made["prediction"] == {"dueFrom": "2027-05-01", "dueOn": "2027-08-31", "duePrecision": "SPAN"}
