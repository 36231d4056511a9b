"""What a checkpoint says of the record, and what it shows that hashes cannot: a history that was cut off or written anew at its end."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from claimkb.actions import claims
from claimkb.actions.work import Desk
from claimkb.domain import Announcement, Checkpoint, Claim, Claimant, Revision, SearchEntry
from claimkb.domain import checkpoint as checkpoints_
from claimkb.domain.checkpoint import NoCheckpoint, signed
from claimkb.domain.merkle import root_of
from claimkb.domain.revision import canonical, chain
from claimkb.domain.signing import NoSigningKey, SigningKey, is_signed
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.store import checkpoints, verification
from claimkb.store.engine import records
from tests.builders import a_claimant, do
from tests.store.test_verification import Told, told

__all__ = ["told"]
KEY, OTHER = SigningKey.of_seed(bytes(32)), SigningKey.of_seed(bytes(31) + b"\x01")


def made(desk: Desk, key: SigningKey = KEY) -> Checkpoint:
    """Make a checkpoint."""
    return Checkpointing(desk, key).make()


def found(desk: Desk, *copies: Checkpoint, keys: tuple[str, ...] = ()) -> list[tuple[str, str, int | None]]:
    """List what does not hold together."""
    return [(each.trace.value, each.kind, each.version) for each in verification.find(desk.database, lambda _: None, copies, keys)]


def test_the_root_is_over_the_newest_revision_of_each_record_in_the_order_of_their_ids(told: Told) -> None:
    checkpoint = made(told.desk)
    with told.desk.database.read() as session:
        every = session.scalars(sa.select(Revision).order_by(col(Revision.record_id), col(Revision.version))).all()
    every = [each for each in every if each.record_type != "Checkpoint"]
    newest = {each.record_id: f"{each.record_type} {each.record_id} {each.version} {each.hash}".encode() for each in every}
    assert (checkpoint.revisions, checkpoint.records) == (len(every), len(newest))
    assert checkpoint.root == root_of(newest.values()).hex()
    assert (checkpoint.number, checkpoint.day, checkpoint.key) == (1, told.desk.today(), KEY.public)


def test_what_is_recorded_later_is_of_no_consequence_for_a_checkpoint(told: Told) -> None:
    one = made(told.desk)
    update = claims.UpdateClaim(claim_id=told.of[Claim], statement="It opens tomorrow.", reason="It was put off.")
    do(told.desk, claims.update_claim, update)
    a_claimant(told.desk, "Bea")
    two = made(told.desk)
    assert checkpoints.heads(told.desk.database.read, one.position) == one.heads()
    assert (two.number, two.revisions, two.records) == (
        2,
        one.revisions + 3,
        one.records + 2,
    )  # the first checkpoint is a record, too
    assert found(told.desk, one, two, keys=(KEY.public,)) == []


def test_many_records_are_read_in_pages(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = made(told.desk).heads()
    for page in (1, 2, whole.records):
        monkeypatch.setattr(checkpoints, "PAGE", page)
        assert checkpoints.heads(told.desk.database.read, whole.position) == whole


def cut_off(told: Told) -> None:
    """Take the last revision of the claim away with its announcement, and set the claim back."""
    last = told.read(3)
    told.run(
        sa.delete(Announcement).where(col(Announcement.record_id) == last["id"]),
        sa.delete(Revision).where(*told.revision(3)),
    )
    told.change(Claim, statement=json.loads(last["before"])["statement"], version=2, updated_at=told.read(2)["recorded_at"])


def written_anew(told: Told) -> None:
    """Let the last revision of the claim say something else, with its hash, and the claim too."""
    row = {**told.read(3), "after": canonical({"statement": "It shut."})}
    told.revise(3, after=row["after"], hash=chain(row))
    told.change(Claim, statement="It shut.")


def taken_out(told: Told) -> None:
    """Take a record away with everything about it."""
    id_ = told.of[Claimant]
    its = sa.select(col(Revision.id)).where(col(Revision.record_id) == id_)
    told.run(
        sa.delete(Announcement).where(col(Announcement.record_id).in_(its)),
        sa.delete(Revision).where(col(Revision.record_id) == id_),
        sa.delete(SearchEntry).where(col(SearchEntry.record_id) == id_),
        sa.delete(Claimant).where(col(Claimant.id) == id_),
    )


def put_in(told: Told) -> None:
    """Put a fourth revision in before the checkpoint, with its hash and its record, in the place of the third one."""
    told.append(forged=True)
    moved = sa.update(Announcement).where(col(Announcement.record_id) == told.read(3)["id"], col(Announcement.topic) == "REVISION")
    told.run(moved.values(record_id=told.read(4)["id"]))
    told.change(Claim, version=4)


@pytest.mark.parametrize(
    ("tamper", "besides"),
    [(cut_off, []), (written_anew, []), (taken_out, []), (put_in, [("UNANNOUNCED", "Claim", 3)])],
)
def test_what_was_changed_with_right_hashes_before_a_checkpoint_is_found_out(
    told: Told, tamper: Callable[[Told], None], besides: list[Any]
) -> None:
    made(told.desk)
    tamper(told)
    assert found(told.desk) == [*besides, ("HEADS", "Checkpoint", 1)]


def test_a_revision_that_was_put_in_without_an_announcement_is_named(told: Told) -> None:
    told.append(forged=True)
    told.change(Claim, version=4)
    assert found(told.desk) == [("UNANNOUNCED", "Claim", 4)]


def without_the_newest(told: Told) -> None:
    """Take the newest checkpoint away with everything about it."""
    with told.desk.database.read() as session:
        last = checkpoints.newest(session)
    assert last is not None
    its = sa.select(col(Revision.id)).where(col(Revision.record_id) == last.id)
    told.run(
        sa.delete(Announcement).where(col(Announcement.record_id).in_(its)),
        sa.delete(Revision).where(col(Revision.record_id) == last.id),
        sa.delete(Checkpoint).where(col(Checkpoint.id) == last.id),
    )


def test_who_takes_the_newest_checkpoint_away_and_writes_anew_what_it_covered_is_found_out_by_a_copy(told: Told) -> None:
    copy = made(told.desk)
    without_the_newest(told)
    written_anew(told)
    assert found(told.desk) == []
    assert found(told.desk, copy) == [("CHECKPOINT", "Checkpoint", 1), ("HEADS", "Checkpoint", 1)]


def test_a_copy_that_says_something_else_than_the_checkpoint_is_named(told: Told) -> None:
    one = made(told.desk)
    copy = signed(one.heads(), 1, date(2020, 1, 1), KEY)
    assert found(told.desk, copy, keys=(KEY.public,)) == [("CHECKPOINT", "Checkpoint", 1)]


def test_a_checkpoint_that_is_missing_between_others_is_named(told: Told) -> None:
    made(told.desk)
    told.run(sa.update(Checkpoint).values(number=3))
    assert found(told.desk)[:2] == [("CHECKPOINT", "Checkpoint", 1), ("CHECKPOINT", "Checkpoint", 2)]


def test_a_checkpoint_by_another_key_is_named(told: Told) -> None:
    made(told.desk, OTHER)
    assert found(told.desk) == []
    assert found(told.desk, keys=(KEY.public,)) == [("SIGNATURE", "Checkpoint", 1)]
    assert found(told.desk, keys=(KEY.public, OTHER.public)) == []


@pytest.mark.parametrize("change", [{"root": "0" * 64}, {"day": date(2020, 1, 1)}, {"signature": "0" * 128}, {"records": 1}])
def test_a_checkpoint_that_was_changed_is_named(told: Told, change: dict[str, Any]) -> None:
    made(told.desk)
    told.run(sa.update(Checkpoint).values(**change))
    assert found(told.desk) == [("SIGNATURE", "Checkpoint", 1), ("FIELD", "Checkpoint", 1)]


def test_every_revision_has_its_place_also_those_that_only_administrators_see(told: Told) -> None:
    made(told.desk)
    with told.desk.database.read() as session:
        topics = sa.select(col(Revision.record_type), col(Announcement.topic)).join(
            Announcement, col(Announcement.record_id) == Revision.id
        )
        private = {kind for kind, topic in session.execute(topics) if topic == "PRIVATE"}
    assert private == {"Account", "Checkpoint"}


def test_a_line_is_read_as_it_was_written_and_is_signed() -> None:
    checkpoint = signed(checkpoints_.Heads(7, 5, 3, "0" * 64), 2, date(2026, 11, 29), KEY)
    again = checkpoints_.read(checkpoint.line(), "here")
    assert (again.line(), again.is_signed()) == (checkpoint.line(), True)


@pytest.mark.parametrize("line", ["", "{}", "[1]", "7", "nonsense", '{"number":"1"}'])
def test_a_line_that_holds_no_checkpoint_is_refused(line: str) -> None:
    with pytest.raises(NoCheckpoint, match=r"copies\.jsonl, line 1 holds no checkpoint"):
        checkpoints_.read(line, "copies.jsonl, line 1")


def test_a_key_is_read_as_it_was_written() -> None:
    assert (
        SigningKey.read(KEY.pem(), Path("key.pem")).public
        == KEY.public
        == "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
    )


@pytest.mark.parametrize("pem", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_refused(pem: bytes) -> None:
    with pytest.raises(NoSigningKey, match=r"names key\.pem, which holds none"):
        SigningKey.read(pem, Path("key.pem"))


@pytest.mark.parametrize("key", ["", "zz", "00" * 31, OTHER.public])
def test_a_signature_is_of_one_text_under_one_key(key: str) -> None:
    assert is_signed("yes", KEY.public, KEY.sign("yes"))
    assert not is_signed("yes", key, KEY.sign("yes"))
    assert not is_signed("no", KEY.public, KEY.sign("yes"))


def test_the_history_has_the_table_of_a_checkpoint_and_nobody_changes_it(told: Told) -> None:
    made(told.desk)
    for change in (sa.update(Checkpoint).values(root="0"), sa.delete(Checkpoint)):
        with pytest.raises(Exception, match="appended to"), told.desk.database.connection() as connection:
            connection.execute(change)
    assert records.table_of(Checkpoint).name == "checkpoint"
