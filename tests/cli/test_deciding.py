"""A prediction's life on the command line: what the API's verbs do, by the same actions."""

from datetime import date

import pytest

from claimkb.actions.work import Desk
from claimkb.domain import Outcome, Prediction
from claimkb.domain.prediction import DueBasis, PredictionStatus
from claimkb.domain.reference import global_id
from claimkb.store.engine import records
from tests.builders import a_claim, a_prediction, an_account, everything, resolved
from tests.cli.test_commands import Run, run

__all__ = ["run"]


def now(desk: Desk, prediction: Prediction) -> Prediction:
    """Read a prediction as it stands."""
    with desk.database.read() as session:
        return records.get(session, Prediction, prediction.id)


def proposed(run: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Prediction:
    """Have Ada propose an outcome, at a desk that asks for two people."""
    monkeypatch.setenv("CLAIMKB_TWO_PERSON_RULE", "true")
    prediction = a_prediction(desk)
    for name, role in (("Root", "ADMIN"), ("Ada", "REPORTER"), ("Bea", "EDITOR")):
        an_account(desk, name, role)
    words = ("--verdict", "YES", "--rationale", "Cars cross.", "--no-evidence-reason", "We stood on it.", "--as", "Ada")
    said = f"Proposed: YES. Cars cross.\nIt waits until another person confirms it: claimkb confirm {prediction.id}\n"
    assert run("resolve", str(prediction.id), *words) == (0, said, "")
    return prediction


def test_what_one_person_proposes_another_confirms(run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    prediction = proposed(run, sqlite_desk, monkeypatch)
    before = everything(sqlite_desk)
    code, _, err = run("confirm", str(prediction.id), "--as", "Root")
    assert (code, err) == (0, "")
    assert everything(sqlite_desk) != before
    (outcome,) = outcomes_of(sqlite_desk)
    assert (outcome.proposed_by, outcome.reviewed_by, outcome.review) == ("Ada", "Root", "CONFIRMED")
    assert now(sqlite_desk, prediction).status is PredictionStatus.RESOLVED


def outcomes_of(desk: Desk) -> list[Outcome]:
    """Read the outcomes that there are."""
    ids = [row[0] for row in everything(desk)["outcome"]]
    with desk.database.read() as session:
        return [records.get(session, Outcome, each) for each in ids]


def test_what_one_person_proposes_another_rejects_with_a_reason(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prediction = proposed(run, sqlite_desk, monkeypatch)
    said = (0, "Rejected: YES. The prediction is open again.\n", "")
    assert run("reject", str(prediction.id), "--reason", "It is another bridge.", "--as", "Bea") == said
    (outcome,) = outcomes_of(sqlite_desk)
    assert (outcome.review, outcome.reviewed_by, outcome.rejected_reason) == ("REJECTED", "Bea", "It is another bridge.")


def test_a_resolved_prediction_is_opened_again(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    resolved(sqlite_desk, prediction)
    given = ("reopen", global_id("Prediction", prediction.id), "--reason", "The ministry took it back.", "--expected-version", "2")
    assert run(*given) == (0, "Open again: Does the bridge open?\n", "")
    assert now(sqlite_desk, prediction).status is PredictionStatus.OPEN


def test_a_due_date_moves_and_says_from_where_to_where(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    words = ("--kind", "EXTENSION", "--due-on", "2027-05-31", "--precision", "SEASON", "--reason", "Now it is spring.")
    said = "Due on 2027-05-31 now, before: 2025-11-19. Now it is spring.\n"
    assert run("move", str(prediction.id), *words) == (0, said, "")
    moved = now(sqlite_desk, prediction)
    assert (moved.due_from, moved.due_on, moved.original_due_on) == (date(2027, 3, 1), date(2027, 5, 31), date(2025, 11, 19))


def test_a_correction_keeps_the_basis_that_is_left_out(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    run("move", str(prediction.id), "--kind", "CORRECTION", "--due-on", "2025-11-18", "--reason", "We had misread it.")
    assert now(sqlite_desk, prediction).due_basis is DueBasis.STATED


def test_a_prediction_is_withdrawn_and_restored(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    assert run("withdraw", str(prediction.id), "--reason", "A duplicate.")[1] == "Withdrawn: Does the bridge open?\n"
    assert now(sqlite_desk, prediction).status is PredictionStatus.WITHDRAWN
    assert run("track-again", str(prediction.id), "--reason", "It is none.")[1] == "Tracked again: Does the bridge open?\n"
    assert now(sqlite_desk, prediction).status is PredictionStatus.OPEN


def test_what_has_no_due_date_is_put_off(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk, None)
    said = "To be looked at again after 2999-03-01: Does the bridge open?\n"
    assert run("snooze", str(prediction.id), "--until", "2999-03-01", "--reason", "Nothing before.")[1] == said
    assert now(sqlite_desk, prediction).review_on == date(2999, 3, 1)


def test_a_prediction_is_somebodys_or_nobodys(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    an_account(sqlite_desk, "Ada")
    assert run("assign", str(prediction.id), "Ada", "--as", "Ada")[1] == "Ada looks after it: Does the bridge open?\n"
    assert now(sqlite_desk, prediction).assignee == "Ada"
    assert run("assign", str(prediction.id), "--nobody", "--as", "Ada")[1] == "Nobody looks after it: Does the bridge open?\n"
    assert now(sqlite_desk, prediction).assignee is None


def test_a_note_answers_nothing(run: Run, sqlite_desk: Desk) -> None:
    prediction = a_prediction(sqlite_desk)
    said = "Noted, IN_THE_WORKS: The pillars stand.\n"
    assert run("note", str(prediction.id), "The pillars stand.", "--progress", "IN_THE_WORKS")[1] == said
    assert run("note", str(prediction.id), "Seen.", "--noted-on", "2025-11-01")[1] == "Noted, NOTE: Seen.\n"
    assert len(everything(sqlite_desk)["progress_note"]) == 2
    assert now(sqlite_desk, prediction).status is PredictionStatus.OPEN


GONE = "01a20724-4587-74c2-ac48-3da18ddeec7c"
WHY = ("--reason", "r")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("confirm", "ID"), 1, "This prediction is OPEN: no outcome is proposed for it, so there is none to confirm or reject."),
        (("reject", "ID", *WHY), 1, "no outcome is proposed for it"),
        (("confirm", GONE), 1, "There is no Prediction with the id"),
        (("reopen", "ID", *WHY), 1, "This prediction is OPEN; only a resolved one can be reopened."),
        (("track-again", "ID", *WHY), 1, "This prediction is OPEN; only a withdrawn one can be restored."),
        (("withdraw", GONE, *WHY), 1, "There is no Prediction with the id"),
        (("withdraw", "ID", *WHY, "--expected-version", "7"), 1, "This Prediction is at version 1, and you sent version 7"),
        (("snooze", "ID", "--until", "2999-01-01", *WHY), 1, "This prediction is due on 2025-11-19, so it is not put off"),
        (("move", "ID", "--kind", "EDITORIAL", "--due-on", "2025-11-19", *WHY), 1, "The due date is 2025-11-19 already."),
        (("move", "ID", "--kind", "SOON", "--due-on", "2026-11-19", *WHY), 2, "'SOON' is not one of 'CORRECTION', 'EXTENSION'"),
        (("move", "ID", "--kind", "EXTENSION", "--due-on", "soon", *WHY), 1, "“soon”: No date: "),
        (("assign", "ID", "Nobody"), 1, "There is no account with the name Nobody"),
        (("assign", "ID"), 2, "name an account, or say --nobody"),
        (("assign", "ID", "Ada", "--nobody"), 2, "name an account, or say --nobody"),
        (("note", "ID", ""), 2, "text: This must not be empty."),
        (("note", "ID", "Seen.", "--noted-on", "2999-01-01"), 1, "2999-01-01 is in the future"),
        (("note", "ID", "Seen.", "--source", GONE), 1, "There is no Source with the id"),
        (("reopen", "ID"), 2, "Missing option '--reason'. See claimkb reopen --help."),
    ],
)
def test_what_is_refused_is_told_in_a_line_and_nothing_has_changed(
    run: Run, sqlite_desk: Desk, words: tuple[str, ...], code: int, said: str
) -> None:
    prediction = a_prediction(sqlite_desk)
    before = everything(sqlite_desk)
    found, out, err = run(*(str(prediction.id) if word == "ID" else word for word in words))
    assert (found, out, said in err, len(err.splitlines())) == (code, "", True, 1), err
    assert everything(sqlite_desk) == before


def test_the_id_of_something_else_is_wrong_usage(run: Run, sqlite_desk: Desk) -> None:
    claim = a_claim(sqlite_desk)
    code, _, err = run("confirm", global_id("Claim", claim.id))
    assert (code, "This is the id of a Claim; the id of a Prediction is wanted." in err) == (2, True)


def test_what_was_measured_is_held_against_the_target(run: Run, sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk, target={"comparator": "AT_LEAST", "value": "5", "unit": "%"})
    words = ("--rationale", "So says the office.", "--no-evidence-reason", "Seen.", "--measured", "4.10")
    said = "claimkb: 4.1 % is not at least 5 %: that is NO.\n"
    assert run("resolve", str(made.id), "--verdict", "YES", *words) == (1, "", said)
    assert run("resolve", str(made.id), "--verdict", "NO", *words, "--unit", "%")[0] == 0
    (outcome,) = outcomes_of(sqlite_desk)
    assert (outcome.measured, outcome.unit) == ("4.1", "%")


def test_a_due_date_is_moved_with_its_bound_and_its_answer_day(run: Run, sqlite_desk: Desk) -> None:
    made = a_prediction(sqlite_desk)
    words = ("--kind", "CORRECTION", "--reason", "Misread.", "--due-on", "2026-06-30", "--precision", "HALF_YEAR")
    code, out, _ = run("move", str(made.id), *words, "--bound", "WITHIN", "--answer-from", "2026-08-29")
    assert (code, out) == (0, "Due on 2026-06-30 now, before: 2025-11-19. Misread.\n")
    moved = now(sqlite_desk, made)
    assert (moved.bound, moved.due_from, moved.waits_for) == ("WITHIN", date(2026, 1, 1), date(2026, 8, 29))
