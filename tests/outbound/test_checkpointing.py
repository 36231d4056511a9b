"""Checkpoints are made once a day, whatever the clock does, and go where they are to be kept."""

import json
import logging
from pathlib import Path

import pytest

from claimkb.actions.work import Desk
from claimkb.domain.checkpoint import read
from claimkb.domain.signing import NoSigningKey, SigningKey
from claimkb.outbound.checkpointing import Checkpointing
from claimkb.outbound.delivering import Outbox
from claimkb.outbound.scheduler import Scheduler
from claimkb.store import checkpoints
from tests.builders import Clock, a_channel, a_claim, a_prediction
from tests.outbound.receivers import Receiver, sent

KEY = SigningKey.of_seed(bytes(32))


def days(desk: Desk) -> list[tuple[int, str]]:
    """List the checkpoints with their days."""
    with desk.database.read() as session:
        return [(each.number, each.day.isoformat()) for each in checkpoints.every(session)]


def test_the_scheduler_makes_one_a_day_and_the_next_one_also_after_a_clock_was_set_back(
    timed: Desk, clock: Clock, outbox: Outbox
) -> None:
    scheduler = Scheduler(timed, outbox, checkpointing=Checkpointing(timed, KEY))
    for step in ({"hours": 0}, {"hours": 5}, {"days": 1}, {"days": -3}, {"hours": 1}):
        clock.go(**step)
        scheduler.look()
    assert days(timed) == [(1, "2026-11-23"), (2, "2026-11-24"), (3, "2026-11-21")]


def test_a_checkpoint_that_cannot_be_made_keeps_nobody_from_being_told(
    timed: Desk, outbox: Outbox, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    a_prediction(timed)
    monkeypatch.setattr(checkpoints, "PAGE", "many")
    with pytest.raises(ValueError, match="many"):
        Scheduler(timed, outbox, checkpointing=Checkpointing(timed, KEY)).look()
    assert (len(receiver.got), days(timed)) == (1, [])


def test_each_checkpoint_is_written_to_the_folder_and_to_the_log(
    timed: Desk, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    checkpointing = Checkpointing(timed, KEY)
    with caplog.at_level(logging.INFO, "claimkb"):
        one = checkpointing.make_if_due()
    assert one is not None
    assert f"Checkpoint: {one.line()}" in caplog.text
    clock.go(days=1)
    checkpointing.folder = tmp_path
    two = checkpointing.make_if_due()
    assert two is not None
    assert {path.name: path.read_text() for path in tmp_path.glob("checkpoint-*")} == {
        f"checkpoint-00000{each.number}-{each.signature[:8]}.json": each.line() + "\n" for each in (one, two)
    }


def test_a_file_of_a_checkpoint_that_is_there_is_left_as_it_is(timed: Desk, clock: Clock, tmp_path: Path) -> None:
    checkpointing = Checkpointing(timed, KEY, tmp_path)
    checkpointing.make_if_due()
    (file,) = tmp_path.glob("checkpoint-*")
    file.write_text("kept")
    clock.go(days=1)
    checkpointing.make_if_due()
    assert (file.read_text(), len(list(tmp_path.glob("checkpoint-*")))) == ("kept", 2)


def test_after_an_older_back_up_was_restored_a_checkpoint_of_the_same_number_is_written_beside_the_other(
    timed: Desk, tmp_path: Path
) -> None:
    (tmp_path / "checkpoint-000001-0badc0de.json").write_text("of before")
    Checkpointing(timed, KEY, tmp_path).make_if_due()
    assert sorted(path.read_text()[:9] for path in tmp_path.glob("checkpoint-*")) == ["of before", '{"day":"2']


def test_a_folder_that_is_not_there_is_told_once_a_day_and_is_filled_when_it_is_back(
    timed: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "elsewhere"
    checkpointing = Checkpointing(timed, KEY, folder)
    for _ in range(3):
        checkpointing.make_if_due()
    assert [each.message for each in caplog.records] == [
        f"Checkpoints cannot be written to {folder} now; they will be as soon as possible: No such file or directory"
    ]
    folder.mkdir()
    checkpointing.make_if_due()
    assert [path.name[:17] for path in folder.iterdir()] == ["checkpoint-000001"]


def test_programs_are_told_of_a_checkpoint(timed: Desk, outbox: Outbox, receiver: Receiver) -> None:
    a_channel(timed, receiver.url, "WEBHOOK")
    a_claim(timed)
    made = Checkpointing(timed, KEY).make()
    assert sent(outbox)["SENT"] == 1
    message = json.loads(receiver.got[0][1])
    assert (message["type"], message["timestamp"]) == ("checkpoint.made", "2026-11-23T12:00:00+00:00")
    assert read(json.dumps(message["data"]), "the message").line() == made.line()


def test_without_a_key_there_are_no_checkpoints_and_a_wrong_one_is_refused(timed: Desk, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    assert Checkpointing.of_files(timed, None, tmp_path) is None
    file.write_bytes(b"nonsense")
    with pytest.raises(NoSigningKey):
        Checkpointing.of_files(timed, file, None)
    file.write_bytes(KEY.pem())
    checkpointing = Checkpointing.of_files(timed, file, tmp_path)
    assert checkpointing is not None
    assert (checkpointing.key.public, checkpointing.folder) == (KEY.public, tmp_path)
