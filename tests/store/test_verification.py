"""Whatever is changed past claimkb is named: each thing that can be done to rows by hand, and nothing else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import claims
from claimkb.actions.work import Desk
from claimkb.domain import Account, Claim, Claimant, Outcome, Prediction, Revision, SearchEntry, Snapshot
from claimkb.domain.record import Record
from claimkb.domain.revision import canonical, chain
from claimkb.domain.verification import Finding, Trace
from claimkb.store import revisions, verification
from claimkb.store.engine import records
from tests.builders import a_claimant, a_prediction, a_source, an_account, do, everything, resolved
from tests.verbs import COMMANDS, TWO_PEOPLE, carry_out, given


@dataclass
class Told:
    """A desk with records of several kinds. Its claim has three revisions, its prediction two, the others one."""

    desk: Desk
    of: dict[Any, UUID]

    def run(self, *statements: Any) -> None:
        """Change rows past claimkb: without the triggers that keep what is appended."""
        with self.desk.database.connection() as connection:
            if self.desk.database.is_sqlite:
                for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name LIKE 'keep%'").scalars().all():
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for each in statements:
                connection.execute(each)

    def change(self, kind: type[Record], **values: Any) -> None:
        """Change the row of a record."""
        self.run(sa.update(kind).where(col(kind.id) == self.of[kind]).values(**values))

    def revise(self, number: int, **values: Any) -> None:
        """Change a revision of the claim."""
        self.run(sa.update(Revision).where(*self.revision(number)).values(**values))

    def revision(self, version: int) -> tuple[Any, Any]:
        """Choose a revision of the claim."""
        return col(Revision.record_id) == self.of[Claim], col(Revision.version) == version

    def read(self, version: int) -> dict[str, Any]:
        """Read a revision of the claim."""
        with self.desk.database.connection() as connection:
            return dict(connection.execute(sa.select(records.table_of(Revision)).where(*self.revision(version))).mappings().one())

    def append(self, *, forged: bool) -> None:
        """Append a fourth revision to the claim, which its row does not show: with the hashes that it has to have, or as it comes."""
        row = {**self.read(3), "id": self.desk.new_id(), "version": 4}
        if forged:
            row["previous_hash"] = row["hash"]
            row["hash"] = chain(row)
        self.run(sa.insert(records.table_of(Revision)).values(**row))


@pytest.fixture
def told(desk: Desk) -> Told:
    """Record something of several kinds."""
    source, claimant, account = a_source(desk), a_claimant(desk), an_account(desk)
    prediction = a_prediction(desk)
    for statement in ("It opens.", "It opens today."):
        do(desk, claims.update_claim, claims.UpdateClaim(claim_id=prediction.claim_id, statement=statement))
    outcome = resolved(desk, prediction)
    with desk.database.read() as session:
        snapshot = session.scalars(sa.select(Snapshot).where(col(Snapshot.source_id) == source.id)).one()
    return Told(
        desk,
        {Snapshot: snapshot.id, Claimant: claimant.id, Account: account.id, Outcome: outcome.id}
        | {Prediction: prediction.id, Claim: prediction.claim_id},
    )


def found(desk: Desk) -> list[Finding]:
    """List what does not hold together."""
    return list(verification.find(desk.database))


def rewritten(told: Told) -> None:
    """Write the second revision anew, with the hash that it then has to have."""
    row = {**told.read(2), "after": canonical({"statement": "It shut."})}
    told.revise(2, after=row["after"], hash=chain(row))


def swapped(told: Told) -> None:
    """Let the second and the third revision change places."""
    for version, other in ((2, 99), (3, 2), (99, 3)):
        told.revise(version, version=other)


def at(trace: Trace, kind: type[Record], version: int | None = None, field: str | None = None) -> tuple[Any, ...]:
    """Write what is expected to be found."""
    return trace, kind, version, field


R, C, F = Trace.REVISION, Trace.CHAIN, Trace.FIELD
DAY = timedelta(days=1)
TAMPERINGS: dict[str, tuple[Callable[[Told], None], list[tuple[Any, ...]]]] = {
    "a statement": (lambda t: t.change(Claim, statement="Never."), [at(F, Claim, 3, "statement")]),
    "a field that was never set": (lambda t: t.change(Claim, note="Never."), [at(F, Claim, 3, "note")]),
    "when it was recorded": (lambda t: t.change(Claim, created_at=t.desk.now() - DAY), [at(F, Claim, 3, "created_at")]),
    "when it was changed": (lambda t: t.change(Claim, updated_at=t.desk.now() - DAY), [at(F, Claim, 3, "updated_at")]),
    "when it was appended": (lambda t: t.change(Outcome, recorded_at=t.desk.now() - DAY), [at(F, Outcome, 1, "recorded_at")]),
    "who appended it": (lambda t: t.change(Snapshot, recorded_by="Bob"), [at(F, Snapshot, 1, "recorded_by")]),
    "a status": (lambda t: t.change(Prediction, status="OPEN"), [at(F, Prediction, 2, "status")]),
    "a verdict": (lambda t: t.change(Outcome, verdict="NO"), [at(F, Outcome, 1, "verdict")]),
    "a role": (lambda t: t.change(Account, role="READER"), [at(F, Account, 1, "role")]),
    "a version": (lambda t: t.change(Claim, version=4), [at(Trace.UNTOLD, Claim)]),
    "a text": (lambda t: t.change(Snapshot, text="Never."), [at(Trace.TEXT, Snapshot)]),
    "the fingerprint of a text": (
        lambda t: t.change(Snapshot, sha256="0" * 64),
        [at(F, Snapshot, 1, "sha256"), at(Trace.TEXT, Snapshot)],
    ),
    "a record deleted": (
        lambda t: t.run(sa.delete(Claimant).where(col(Claimant.id) == t.of[Claimant])),
        [at(Trace.RECORD, Claimant), at(Trace.SEARCH_ENTRY, Claimant)],
    ),
    "a deleted record that nothing finds": (
        lambda t: t.run(
            sa.delete(Claimant).where(col(Claimant.id) == t.of[Claimant]),
            sa.delete(SearchEntry).where(col(SearchEntry.record_id) == t.of[Claimant]),
        ),
        [at(Trace.RECORD, Claimant)],
    ),
    "the history of a record deleted": (
        lambda t: t.run(sa.delete(Revision).where(col(Revision.record_id) == t.of[Account])),
        [at(Trace.UNTOLD, Account)],
    ),
    "what a revision says": (lambda t: t.revise(2, after=canonical({"statement": "It shut."})), [at(R, Claim, 2)]),
    "a revision that says nothing that can be read": (
        lambda t: t.revise(3, after="{"),
        [at(R, Claim, 3), at(F, Claim, 3, "statement")],
    ),
    "a revision that says a list": (lambda t: t.revise(2, after="[1]"), [at(R, Claim, 2)]),
    "what a revision says was before": (lambda t: t.revise(2, before="{}"), [at(R, Claim, 2)]),
    "the reason of a revision": (lambda t: t.revise(2, reason="Because."), [at(R, Claim, 2)]),
    "the author of a revision": (lambda t: t.revise(2, recorded_by="Bob"), [at(R, Claim, 2)]),
    "the instant of a revision": (lambda t: t.revise(2, recorded_at=t.desk.now() - DAY), [at(R, Claim, 2)]),
    "the verb of a revision": (lambda t: t.revise(2, action="retractClaim"), [at(R, Claim, 2)]),
    "the token of a revision": (lambda t: t.revise(2, token_prefix="ckb_aaaaaaaa"), [at(R, Claim, 2)]),
    "what a revision corrects": (lambda t: t.revise(2, corrects_id=t.of[Prediction]), [at(R, Claim, 2)]),
    "the id of a revision": (lambda t: t.revise(2, id=t.desk.new_id()), [at(R, Claim, 2)]),
    "the rule of a hash": (lambda t: t.revise(2, hash_rule=None), [at(R, Claim, 2)]),
    "the hash of a revision": (lambda t: t.revise(2, hash="0" * 64), [at(R, Claim, 2), at(C, Claim, 3)]),
    "the hash before": (lambda t: t.revise(2, previous_hash="0" * 64), [at(R, Claim, 2), at(C, Claim, 2)]),
    "a revision written anew": (rewritten, [at(C, Claim, 3)]),
    "the first revision taken out": (
        lambda t: t.run(sa.delete(Revision).where(*t.revision(1))),
        [at(C, Claim, 2), at(F, Claim, 3, "kind")],
    ),
    "a revision taken out": (lambda t: t.run(sa.delete(Revision).where(*t.revision(2))), [at(C, Claim, 3)]),
    "the last revision taken out": (lambda t: t.run(sa.delete(Revision).where(*t.revision(3))), [at(Trace.UNTOLD, Claim)]),
    "revisions swapped": (
        swapped,
        [at(R, Claim, 2), at(C, Claim, 2), at(R, Claim, 3), at(C, Claim, 3), at(F, Claim, 3, "statement")],
    ),
    "a revision put in": (lambda t: t.append(forged=False), [at(R, Claim, 4), at(C, Claim, 4), at(Trace.CHANGE, Claim)]),
    "a revision put in with its hashes": (lambda t: t.append(forged=True), [at(Trace.CHANGE, Claim)]),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_was_done_by_hand_is_named(told: Told, tampering: str) -> None:
    assert found(told.desk) == []
    tamper, expected = TAMPERINGS[tampering]
    tamper(told)
    before = everything(told.desk)
    names = {(each.trace, each.kind, each.version, each.field, each.record_id) for each in found(told.desk)}
    wanted = {(trace, kind.__name__, version, field, told.of[kind]) for trace, kind, version, field in expected}
    besides = {Trace.ANNOUNCEMENT, Trace.UNANNOUNCED}
    assert {each for each in names if each[0] not in besides} >= wanted
    assert {each[0] for each in names} - besides == {each[0] for each in wanted}
    assert everything(told.desk) == before


def test_a_revision_of_a_kind_that_there_is_not_is_named_by_what_it_says(told: Told) -> None:
    told.revise(1, record_type="Nonsense")
    assert found(told.desk) == [Finding(Trace.REVISION, "Nonsense", told.of[Claim], 1)]


def test_whatever_people_do_there_is_nothing_to_be_found(story: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "PAGE", 7)
    two = replace(story, policy=TWO_PEOPLE)
    for verb in COMMANDS:
        carry_out(two, verb, given(two, verb))
    read: list[int] = []
    assert list(verification.find(story.database, read.append)) == []
    with story.database.read() as session:
        assert sum(read) == verification.count(session) > 400


def test_revisions_of_a_version_before_follow_the_first_rule_and_newer_ones_the_third(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(revisions, "RULE", None)
        claim = a_prediction(desk).claim_id
    do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim, statement="It opens."))
    with desk.database.read() as session:
        told = revisions.since(session, claim, 0)
    assert [each.hash_rule for each in told] == [None, 3]
    assert found(desk) == []
    Told(desk, {Claim: claim}).revise(1, hash_rule=2)
    assert found(desk) == [Finding(Trace.REVISION, "Claim", claim, 1)]


def test_a_history_longer_than_a_page_is_followed_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "PAGE", 2)
    prediction = a_prediction(desk)
    for number in range(7):
        do(desk, claims.update_claim, claims.UpdateClaim(claim_id=prediction.claim_id, statement=f"It opens on day {number}."))
    told = Told(desk, {Claim: prediction.claim_id})
    assert found(desk) == []
    told.revise(5, reason="Because.")
    assert found(desk) == [Finding(Trace.REVISION, "Claim", prediction.claim_id, 5)]


def test_what_others_write_meanwhile_is_not_held_to_be_wrong(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "PAGE", 5)
    ids = [a_prediction(desk).claim_id for _ in range(4)]

    def write(claim: UUID) -> None:
        for number in range(12):
            do(desk, claims.update_claim, claims.UpdateClaim(claim_id=claim, statement=f"It opens on day {number}."))
            a_claimant(desk, f"{claim} {number}")

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, claim) for claim in ids]
        seen = [found(desk)]
        while not all(each.done() for each in writing):
            seen.append(found(desk))
        for each in writing:
            each.result()
    assert {len(each) for each in seen} == {0}
    assert len(seen) > 2


def test_a_record_that_no_search_finds_any_more_is_named(told: Told) -> None:
    told.run(sa.delete(SearchEntry).where(col(SearchEntry.record_id) == told.of[Claim]))
    assert [(each.trace, each.record_id) for each in found(told.desk)] == [(Trace.NOT_SEARCHED, told.of[Claim])]


def test_a_damaged_index_is_named(sqlite_desk: Desk) -> None:
    a_claimant(sqlite_desk)
    with sqlite_desk.database.connection() as connection:
        connection.exec_driver_sql("PRAGMA writable_schema = on")
        connection.exec_driver_sql("CREATE INDEX of_notes ON claimant (note)")
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX of_notes ON claimant (name)' WHERE name = 'of_notes'"
        )
    sqlite_desk.database.close()
    assert [(each.trace, each.kind) for each in found(sqlite_desk)] == [(Trace.PAGES, "Database")]
