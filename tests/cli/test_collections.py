"""Collections at the terminal: what the API's verbs do, by the same actions."""

import json
from datetime import timedelta
from uuid import UUID

from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.domain.reference import global_id
from claimkb.store.engine import records
from tests.builders import TODAY, a_claim, a_collection, a_prediction, an_account, as_it_is
from tests.cli.test_commands import Run, run

__all__ = ["run"]


def test_a_collection_is_made_changed_filled_and_emptied(run: Run, sqlite_desk: Desk) -> None:
    code, said, _ = run("collection", "create", "Ten points", "--kind", "TRACKER")
    assert (code, said.startswith("Made Ten points, TRACKER: ")) == (0, True)
    id_, claims = said.split()[-1], [str(a_claim(sqlite_desk).id) for _ in range(2)]
    assert run("collection", "add", id_, *claims) == (0, "2 claims put into Ten points.\n", "")
    changed = run("collection", "update", id_, "--name", "The plan", "--reason", "Shorter.", "--expected-version", "1")
    assert changed == (0, "It is The plan, TRACKER, at version 2 now.\n", "")
    taken = run("collection", "remove", id_, claims[0], "--reason", "Off topic.")
    assert taken == (0, "1 claim taken out of The plan.\n", "")


def test_every_mistake_has_a_line(run: Run, sqlite_desk: Desk) -> None:
    claim, unknown = a_claim(sqlite_desk), sqlite_desk.new_id()
    collection = a_collection(sqlite_desk, claim)
    before = as_it_is(sqlite_desk)
    code, _, err = run("collection", "add", str(collection.id), str(claim.id), str(unknown))
    assert code == 1
    assert err.splitlines() == [
        f"claimkb: The claim {global_id('Claim', claim.id)} is in this collection already: leave it out of the list.",
        f"claimkb: There is no Claim with the id {global_id('Claim', unknown)}.",
    ]
    assert as_it_is(sqlite_desk) == before


def test_collections_are_listed_with_how_they_stand(run: Run, sqlite_desk: Desk) -> None:
    claim = a_claim(sqlite_desk)
    a_prediction(sqlite_desk, TODAY - timedelta(days=3), claim=claim)
    plan = a_collection(sqlite_desk, claim, name="Ten points", kind="TRACKER")
    a_collection(sqlite_desk, name="Hydrogen")
    code, said, _ = run("collection", "list", "--kind", "TRACKER", "--json")
    (row,) = json.loads(said)["collections"]
    assert (code, row["uuid"], row["unchecked"]) == (0, str(plan.id), 1)
    assert row["line"] == "Of 1 pledge 0 kept, 0 broken, 0 in part, 0 unclear; 1 past due and unchecked; 0 not yet due."
    assert "Of 1 pledge 0 kept, 0 broken" in run("collection", "list")[1]
    shown = run("collection", "show", str(plan.id))[1]
    assert shown.splitlines()[1] == row["line"]
    assert json.loads(run("collection", "show", str(plan.id), "--json")[1]) == row


def test_lists_take_a_collection(run: Run, sqlite_desk: Desk) -> None:
    inside, outside = a_claim(sqlite_desk, statement="In."), a_claim(sqlite_desk, statement="Out.")
    for claim, question in ((inside, "In?"), (outside, "Out?")):
        a_prediction(sqlite_desk, claim=claim, question=question)
    id_ = str(a_collection(sqlite_desk, inside).id)
    claims = json.loads(run("claims", "--collection", id_, "--json")[1])["claims"]
    predictions = json.loads(run("predictions", "--collection", id_, "--json")[1])["predictions"]
    assert ([each["statement"] for each in claims], [each["question"] for each in predictions]) == (["In."], ["In?"])


def test_several_predictions_are_assigned_and_snoozed(run: Run, sqlite_desk: Desk) -> None:
    ids = [str(a_prediction(sqlite_desk, None).id) for _ in range(2)]
    an_account(sqlite_desk, "Bea", "EDITOR")
    assert run("assign-several", *ids, "--to", "Bea", "--as", "Bea") == (0, "Bea looks after 2 predictions.\n", "")
    snoozed = run("snooze-several", *ids, "--until", "2099-01-01", "--reason", "Wait.", "--as", "Bea")
    assert snoozed == (0, "2 predictions to be looked at again after 2099-01-01.\n", "")
    with sqlite_desk.database.read() as session:
        found = records.by_ids(session, Prediction, [UUID(id_) for id_ in ids])
    assert [(each.assignee, str(each.review_on)) for each in found if each] == [("Bea", "2099-01-01")] * 2


def test_an_assignment_names_an_account_or_nobody(run: Run, sqlite_desk: Desk) -> None:
    id_ = str(a_prediction(sqlite_desk).id)
    assert run("assign-several", id_)[0] == 2
    assert run("assign-several", id_, "--to", "Bea", "--nobody")[0] == 2
