"""`claimkb claimant`, as a person and as a program meet it."""

import json

import pytest

from claimkb.actions.work import Desk
from tests.builders import a_claim, a_claimant, everything
from tests.cli.test_commands import Run, run

__all__ = ["run"]
NAME, OTHER = "Qassym-Jomart Tokayev", "Qasym Toqaev"


@pytest.fixture
def _known(sqlite_desk: Desk) -> None:
    """Record two claimants, the second with a claim."""
    a_claimant(sqlite_desk, NAME)
    a_claim(sqlite_desk, voice="REPORTED", claimant_id=a_claimant(sqlite_desk, OTHER).id)


@pytest.mark.usefixtures("_known")
def test_names_like_a_name_are_listed(run: Run) -> None:
    found = json.loads(run("claimant", "like", "Касым-Жомарт Токаев", "--json")[1])
    assert (found[0]["name"], found[0]["why"][0]) == (NAME, "касым ~ qassym")
    assert NAME in run("claimant", "like", "Tokaev")[1]
    assert run("claimant", "like", "John Smith")[:2] == (0, "No claimant has a name like it.\n")


@pytest.mark.usefixtures("_known")
def test_names_are_given_taken_away_and_listed(run: Run) -> None:
    assert run("claimant", "names", NAME)[1] == f"{NAME} has no other names.\n"
    run("claimant", "names", NAME, "--alias", "Tokayev", "--alias", "K. T.")
    assert run("claimant", "names", "tokayev", "--no-longer", "K. T.")[1] == f"{NAME}, also: Tokayev\n"


@pytest.mark.usefixtures("_known")
def test_two_are_merged_and_taken_apart(run: Run) -> None:
    code, out, _ = run("claimant", "merge", OTHER, NAME, "--reason", "One man.")
    assert (code, out.startswith(f"{OTHER} is merged into {NAME}. To take that back: claimkb claimant unmerge ")) == (0, True)
    assert run("claimant", "names", OTHER)[1] == f"{NAME}, also: {OTHER}\n"
    assert NAME in run("claims")[1]
    assert run("claimant", "unmerge", out.split()[-1], "--reason", "Two men.")[1] == f"{OTHER} is a claimant of its own again.\n"
    assert run("claimant", "names", OTHER)[1] == f"{OTHER} has no other names.\n"


@pytest.mark.usefixtures("_known")
def test_a_claimant_belongs_to_another_once(run: Run, sqlite_desk: Desk) -> None:
    a_claimant(sqlite_desk, "The government", "GOVERNMENT")
    order = ("claimant", "belongs", NAME, "The government", "--role", "President", "--first", "2019-03-20")
    assert run(*order)[1].startswith(f"{NAME} belongs to The government: ")
    before = everything(sqlite_desk)
    code, _, said = run(*order)
    assert (code, "recorded already" in said) == (1, True)
    assert everything(sqlite_desk) == before


@pytest.mark.usefixtures("_known")
def test_a_merge_into_itself_is_refused(run: Run, sqlite_desk: Desk) -> None:
    before = everything(sqlite_desk)
    code, _, said = run("claimant", "merge", NAME, NAME, "--reason", "r")
    assert (code, said.strip()) == (1, "claimkb: A claimant cannot be merged into itself: name two.")
    assert everything(sqlite_desk) == before
