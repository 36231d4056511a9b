"""`claimkb track-record`, as a person and as a program meet it."""

import json

import pytest

from claimkb.actions.work import Desk
from claimkb.domain.reference import global_id
from tests.builders import a_claim, a_claimant, a_prediction, everything, resolved
from tests.cli.test_commands import Run, run

__all__ = ["run"]
LINE = "Of 6 dated predictions now due, 4 YES, 1 NO, 0 PARTIAL, 0 unclear; and 1 past due and unchecked."


@pytest.fixture
def minister(sqlite_desk: Desk) -> str:
    """Record a minister with six predictions, one of them unchecked, and return the id."""
    claimant = a_claimant(sqlite_desk)
    for verdict in ("YES", "YES", "YES", "YES", "NO", None):
        claim = a_claim(sqlite_desk, voice="REPORTED", claimant_id=claimant.id)
        prediction = a_prediction(sqlite_desk, claim=claim, probability=0.8)
        if verdict:
            resolved(sqlite_desk, prediction, verdict=verdict)
    return str(claimant.id)


@pytest.mark.usefixtures("minister")
def test_the_record_is_shown_to_people_with_its_line_and_its_permalink(run: Run) -> None:
    code, out, _ = run("track-record", "The minister")
    assert code == 0
    assert LINE in out.splitlines()
    for said in ("The minister as of ", "YES of YES and NO: 80%; at 95 % between 38% and 96%.", "Brier score: 0.160, of 5 with"):
        assert said in out
    assert "│ 0.8 to 0.9 │ 5     │ 0.80 │ 0.80      │" in out
    assert "Ask again: /graphql?query=query%28" in out


@pytest.mark.usefixtures("minister")
def test_the_name_that_the_command_had_before_works_too(run: Run) -> None:
    assert run("record", "The minister") == run("track-record", "The minister")


def test_an_id_of_either_form_names_the_claimant_too(run: Run, minister: str) -> None:
    for named in (minister, global_id("Claimant", json.loads(run("track-record", minister, "--json")[1])["uuid"])):
        assert json.loads(run("track-record", named, "--json")[1])["claimant"] == "The minister"


def test_programs_get_the_names_of_the_api(run: Run, minister: str) -> None:
    said = json.loads(run("track-record", "The minister", "--json", "--kind", "FORECAST")[1])
    assert said["line"] == LINE.replace("predictions", "forecasts")
    assert (said["uuid"], said["due"], said["yes"], said["no"], said["unchecked"], said["notYetDue"]) == (minister, 6, 4, 1, 1, 0)
    assert (said["rate"]["value"], said["brier"]["count"], said["calibration"][8]["shareTrue"]) == (0.8, 5, 0.8)
    assert json.loads(run("track-record", "The minister", "--json", "--kind", "PROMISE")[1])["due"] == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "minister",
            "There is no claimant named minister, to the letter. Perhaps one of these: The minister; The minister of war.",
        ),
        (
            "A minister",
            "There is no claimant named A minister, to the letter. Perhaps one of these: The minister; The minister of war.",
        ),
        ("Nobody", "There is no claimant named Nobody, to the letter. No other has a name like it."),
        ("01a20724-4587-74c2-ac48-3da18ddeec7c", "There is no Claimant with the id "),
    ],
)
def test_whom_nobody_knows_is_refused_with_the_nearest_names(run: Run, sqlite_desk: Desk, name: str, said: str) -> None:
    for known in ("The minister", "The minister of war", "The bank"):
        a_claimant(sqlite_desk, known)
    code, out, err = run("track-record", name)
    assert (code, out) == (1, "")
    assert err.startswith(f"claimkb: {said}")


def test_a_name_that_several_share_is_refused_with_their_ids(run: Run, sqlite_desk: Desk) -> None:
    state, capital = (a_claimant(sqlite_desk, "Georgia", kind).id for kind in ("GOVERNMENT", "ORGANIZATION"))
    before = everything(sqlite_desk)
    code, out, err = run("track-record", "Georgia")
    assert (code, out) == (1, "")
    known = f"They are {state} (GOVERNMENT), {capital} (ORGANIZATION)."
    assert err == f"claimkb: Several claimants are named Georgia: say which by its id. {known}\n"
    assert everything(sqlite_desk) == before


def test_what_is_no_text_is_wrong_usage(run: Run) -> None:
    code, out, err = run("track-record", "\udcff")
    assert (code, out) == (2, "")
    assert "This is no text" in err


def test_an_id_of_something_else_is_no_name(run: Run, minister: str) -> None:
    code, _, err = run("track-record", global_id("Claim", json.loads(run("track-record", minister, "--json")[1])["uuid"]))
    assert (code, "There is no claimant named" in err) == (1, True)
