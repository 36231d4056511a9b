"""After an erasure everything verifies, checkpoints too; and what is changed past claimkb under its cover is named."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import claims, erasing
from claimkb.actions.work import Desk
from claimkb.domain import Claim, Erasure, Revision
from claimkb.domain.account import Actor
from claimkb.domain.permissions import Role
from claimkb.domain.revision import canonical, chain
from claimkb.store import revisions, verification
from tests.builders import a_claim, do
from tests.store.test_checkpoints import made
from tests.store.test_verification import Told

ROOT = Actor("Root", Role.ADMIN)


def erase(desk: Desk, text: str) -> Erasure:
    """Erase a text."""
    return do(desk, erasing.erase_text, erasing.EraseText(text=text, reason="Court order."), ROOT)


def found(desk: Desk) -> list[tuple[Any, ...]]:
    """List what does not hold together."""
    return [(each.trace.value, each.kind, each.version) for each in verification.find(desk.database)]


@pytest.fixture
def erased(desk: Desk) -> Told:
    """Record a claim of three revisions, and erase a name from the first two of them."""
    claim = a_claim(desk, statement="Zoe Quill opens it.")
    for statement in ("It opens.", "It opens today."):
        do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim.id, statement=statement))
    erasure = erase(desk, "Zoe Quill")
    return Told(desk, {Claim: claim.id, Erasure: erasure.id})


def said_to_be_erased(told: Told) -> None:
    """Change a revision, and hide it behind the erasure."""
    told.revise(3, after=canonical({"statement": "It shut."}), erasure_id=told.of[Erasure], salt=None)
    told.change(Claim, statement="It shut.")


def rewritten(told: Told) -> None:
    """Write an erased revision anew as one that was not, with the hash that it then has to have."""
    row = {**told.read(2), "after": canonical({"statement": "It shut."}), "erasure_id": None}
    told.revise(2, after=row["after"], erasure_id=None, hash=chain(row))


TAMPERINGS: dict[str, tuple[Callable[[Told], None], list[tuple[Any, ...]]]] = {
    "what an erased revision says": (
        lambda t: t.revise(2, after=canonical({"statement": "It shut."})),
        [("ERASURE", "Erasure", None)],
    ),
    "the reason of an erased revision": (lambda t: t.revise(1, reason="Because."), [("ERASURE", "Erasure", None)]),
    "the hash of an erased revision": (
        lambda t: t.revise(1, hash="0" * 64),
        [("CHAIN", "Claim", 2), ("ERASURE", "Erasure", None)],
    ),
    "the salt of an erased revision": (lambda t: t.revise(1, salt="0" * 32), [("ERASURE", "Erasure", None)]),
    "a change that is said to be erased": (said_to_be_erased, [("ERASURE", "Erasure", None)]),
    "an erased revision that is said to be none": (
        lambda t: t.revise(1, erasure_id=None),
        [("REVISION", "Claim", 1), ("ERASURE", "Erasure", None)],
    ),
    "an erased revision written anew": (rewritten, [("CHAIN", "Claim", 3), ("ERASURE", "Erasure", None)]),
    "an erased revision taken out": (
        lambda t: t.run(sa.delete(Revision).where(*t.revision(2))),
        [("CHAIN", "Claim", 3), ("ERASURE", "Erasure", None), ("ANNOUNCEMENT", "Revision", None)],
    ),
    "the digest": (
        lambda t: t.change(Erasure, digest="0" * 64),
        [("FIELD", "Erasure", 1), ("ERASURE", "Erasure", None)],
    ),
    "the number of the erasure": (
        lambda t: t.change(Erasure, number=None),
        [("FIELD", "Erasure", 1), ("ERASURE", "Erasure", None)],
    ),
    "the salt of a revision": (lambda t: t.revise(3, salt="0" * 32), [("REVISION", "Claim", 3)]),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_was_done_by_hand_under_the_cover_of_an_erasure_is_named(erased: Told, tampering: str) -> None:
    assert found(erased.desk) == []
    tamper, expected = TAMPERINGS[tampering]
    tamper(erased)
    assert set(found(erased.desk)) == set(expected)


def test_a_revision_that_is_said_to_be_erased_where_nothing_was_is_named(desk: Desk) -> None:
    told = Told(desk, {Claim: a_claim(desk).id})
    told.revise(1, erasure_id=desk.new_id(), after=told.read(1)["after"].replace("MEDIUM", "HIGH"))
    told.change(Claim, check_worthiness="HIGH")
    assert found(desk) == [("ERASURE", "Erasure", None)]


def test_a_second_erasure_covers_what_the_first_one_erased(erased: Told) -> None:
    erase(erased.desk, "opens")
    assert found(erased.desk) == []
    assert [erased.read(version)["erasure_id"] == erased.of[Erasure] for version in (1, 2, 3)] == [False, False, False]
    erased.revise(1, reason="Because.")
    assert found(erased.desk) == [("ERASURE", "Erasure", None)]


def test_a_name_in_the_reason_of_an_erasure_is_erased_from_it_and_from_its_history(erased: Told) -> None:
    do(erased.desk, erasing.erase_text, erasing.EraseText(text="court", reason="Not of this one."), ROOT)
    with erased.desk.database.read() as session:
        reasons = [each.reason for each in session.scalars(sa.select(Erasure).order_by(col(Erasure.number)))]
    assert reasons == ["█████ order.", "Not of this one."]
    assert found(erased.desk) == []


def test_a_checkpoint_from_before_an_erasure_holds_and_one_from_after_it(desk: Desk) -> None:
    claim = a_claim(desk, statement="Zoe Quill opens it.")
    made(desk)
    do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim.id, statement="It opens."))
    erase(desk, "Zoe Quill")
    assert found(desk) == []
    made(desk)
    assert found(desk) == []
    Told(desk, {Claim: claim.id}).revise(1, hash="0" * 64)
    assert {each[0] for each in found(desk)} == {"CHAIN", "ERASURE"}


def test_history_that_was_hashed_without_a_salt_is_erased_and_verifies(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for rule in (None, 2):
        with monkeypatch.context() as before:
            before.setattr(revisions, "RULE", rule)
            a_claim(desk, statement=f"Zoe Quill opens it, by {rule}.")
    assert found(desk) == []
    assert erase(desk, "Zoe Quill").erased_revisions == 2
    assert found(desk) == []


def test_what_is_erased_meanwhile_is_not_held_to_be_wrong(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "PAGE", 3)
    words = [f"Zoe{number}x Quill" for number in range(10)]
    for word in words:
        a_claim(desk, statement=f"{word} opens it.")
    with ThreadPoolExecutor(1) as pool:
        erasing_ = [pool.submit(erase, desk, word) for word in words]
        seen = [found(desk)]
        while not all(each.done() for each in erasing_):
            seen.append(found(desk))
        for each in erasing_:
            each.result()
    assert [each for each in seen if each] == []
    assert found(desk) == []
