"""`claimkb erase` reads the words from its standard input, erases them, and says where copies remain."""

import io
import json
import sys
from typing import Any

import pytest

from claimkb.actions import claims
from claimkb.actions.work import Desk
from claimkb.domain import Delivery
from claimkb.domain.delivery import DeliveryState
from claimkb.store import flags
from tests.builders import TODAY, a_channel, a_claim, an_account, do, everything
from tests.cli.test_commands import Run, run, run_on_each

__all__ = ["run", "run_on_each"]
NAME = "Zoe Quill"


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the words on the standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{NAME}\n"))


def test_words_are_erased_and_it_is_said_where_copies_remain(run_on_each: Run, desk: Desk) -> None:
    a_claim(desk, statement=f"{NAME} opens it.")
    channel = a_channel(desk, "https://example.org/hook", "WEBHOOK", name="Dashboard")
    with desk.database.write() as session:
        flags.record_run(session, "backup", TODAY, desk.now())
        at: Any = {"made_at": desk.now(), "due_at": desk.now(), "sent_at": desk.now()}
        session.add(Delivery(id=desk.new_id(), channel_id=channel.id, position=1, state=DeliveryState.SENT, **at))
    code, out, err = run_on_each("erase", "--reason", "Court order.")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Erased 9 characters in 1 field of records and 1 revision of the history, for ever.",
        "Copies may remain where claimkb does not reach:",
        "- Back-ups, the last one of 2026-11-23 12:00: after a restore, erase it again.",
        "- 1 message that the channel Dashboard has sent: ask its receiver.",
        "- Logs, replicas of the database server, proofs, exports, and what people have copied.",
    ]
    assert NAME not in repr(everything(desk))
    assert run_on_each("verify")[0] == 0


def test_the_history_says_when_and_why(run_on_each: Run, desk: Desk) -> None:
    claim = a_claim(desk, statement=f"{NAME} opens it.")
    run_on_each("erase", "--reason", "Court order.")
    (told,) = json.loads(run_on_each("history", str(claim.id), "--json")[1])["revisions"]
    assert told["erasure"]["reason"] == "Court order."
    assert {"field": "statement", "before": None, "after": "█████████ opens it."} in told["changes"]
    assert "for: Court order." in run_on_each("history", str(claim.id))[1]


def test_a_dry_run_lists_the_fields_and_changes_nothing(run_on_each: Run, desk: Desk) -> None:
    claim = a_claim(desk, statement=f"{NAME} opens it.")
    do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim.id, note=f"Not {NAME}."))
    before = everything(desk)
    code, out, _ = run_on_each("erase", "--reason", "r", "--dry-run", "--json")
    assert (code, json.loads(out)) == (
        0,
        [
            {"table": "claim", "field": "note", "rows": 1},
            {"table": "claim", "field": "statement", "rows": 1},
            {"table": "revision", "field": "", "rows": 2},
        ],
    )
    assert everything(desk) == before


def test_a_dry_run_says_that_nothing_holds_it(run: Run, sqlite_desk: Desk) -> None:
    a_claim(sqlite_desk)
    assert run("erase", "--reason", "r", "--dry-run")[:2] == (0, "Nothing holds it.\n")


def test_where_there_are_accounts_somebody_erases(run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_claim(sqlite_desk, statement=f"{NAME} opens it.")
    an_account(sqlite_desk, "Ada")
    before = everything(sqlite_desk)
    code, _, err = run("erase", "--reason", "r")
    assert (code, "--as" in err, everything(sqlite_desk) == before) == (1, True, True)
    monkeypatch.setattr(sys, "stdin", io.StringIO(NAME))
    assert run("erase", "--reason", "r", "--as", "Ada")[0] == 0
    assert NAME not in repr(everything(sqlite_desk))


def test_at_a_desk_with_the_two_person_rule_it_waits_for_a_second_administrator(
    run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAIMKB_TWO_PERSON_RULE", "true")
    a_claim(sqlite_desk, statement=f"{NAME} opens it.")
    for name in ("Ada", "Bea"):
        an_account(sqlite_desk, name)
    code, out, _ = run("erase", "--reason", "r", "--as", "Ada")
    assert (code, out) == (0, "Nothing is erased yet: at this desk another administrator has to ask for the same text.\n")
    assert NAME in repr(everything(sqlite_desk))
    monkeypatch.setattr(sys, "stdin", io.StringIO(NAME.upper()))
    assert run("erase", "--reason", "r", "--as", "Bea")[0] == 0
    assert NAME not in repr(everything(sqlite_desk))


def test_what_is_refused_shows_nothing_of_the_words(run: Run, sqlite_desk: Desk) -> None:
    a_claim(sqlite_desk)
    code, out, err = run("erase", "--reason", f"{NAME} wants it.")
    assert (code, out, NAME in err) == (1, "", False)
    assert err == "claimkb: The reason holds what is to be erased, and would keep it: write it without.\n"
