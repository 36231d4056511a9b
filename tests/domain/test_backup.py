"""A manifest is read only as it was written, and says whether its back-up may be restored here."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from claimkb.domain.backup import (
    FORMAT,
    POSTGRESQL,
    SQLITE,
    Damaged,
    Manifest,
    Member,
    NewerBackup,
    OfAnotherEngine,
    Summary,
    check_same,
)

HOLDS = Summary(tables="0012", rows={"claim": 2}, revisions=3, records=2, position=3, root="0" * 64)
MEMBER = Member(name="claimkb.db", size=5, sha256="0" * 64)
MANIFEST = Manifest(
    claimkb="0.2.0", engine=SQLITE, instant=datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC), holds=HOLDS, members=[MEMBER]
)


def with_its_hash(said: dict[str, Any]) -> bytes:
    """Write a manifest by other means than claimkb does."""
    told = {name: value for name, value in said.items() if name != "sha256"}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    return (json.dumps({**told, "sha256": digest}, sort_keys=True, indent=1) + "\n").encode()


def test_a_manifest_says_what_was_written() -> None:
    assert Manifest.read(MANIFEST.written(), "b.tar") == MANIFEST
    assert with_its_hash(json.loads(MANIFEST.written())) == MANIFEST.written()


@pytest.mark.parametrize("at", range(0, len(MANIFEST.written()), 3))
def test_a_manifest_of_which_a_byte_differs_is_damaged(at: int) -> None:
    text = MANIFEST.written()
    with pytest.raises(Damaged):
        Manifest.read(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :], "b.tar")


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"{}", b"\xff", MANIFEST.written() + b" ", MANIFEST.written()[:-1]])
def test_what_is_no_manifest_is_damaged(text: bytes) -> None:
    with pytest.raises(Damaged, match="its manifest is not as it was written"):
        Manifest.read(text, "b.tar")


def test_a_manifest_that_leaves_something_out_is_damaged_and_one_that_says_more_is_read() -> None:
    said = json.loads(MANIFEST.written())
    assert Manifest.read(with_its_hash({**said, "root": "1" * 64}), "b.tar") == MANIFEST
    with pytest.raises(Damaged, match="its manifest does not say what a manifest says"):
        Manifest.read(with_its_hash({name: said[name] for name in said if name != "members"}), "b.tar")


def test_a_newer_format_is_told_from_damage_before_anything_else_is_read() -> None:
    with pytest.raises(NewerBackup, match=r"b\.tar was written by claimkb 9\.0, which is newer than this one"):
        Manifest.read(with_its_hash({"format": FORMAT + 1, "claimkb": "9.0"}), "b.tar")


def test_a_backup_goes_back_to_its_engine_and_to_a_program_that_knows_its_tables() -> None:
    MANIFEST.check_fits("b.tar", SQLITE, ["0011", "0012"])
    with pytest.raises(OfAnotherEngine):
        MANIFEST.check_fits("b.tar", POSTGRESQL, ["0012"])
    with pytest.raises(NewerBackup):
        MANIFEST.check_fits("b.tar", SQLITE, ["0011"])


def test_what_differs_from_the_manifest_is_named() -> None:
    check_same("b.tar", HOLDS, HOLDS)
    for changed, named in (({"rows": {"claim": 1, "flag": 1}}, "claim, flag"), ({"revisions": 2}, "its history")):
        with pytest.raises(Damaged, match=rf"something else than its manifest says \({named}\)"):
            check_same("b.tar", HOLDS, HOLDS.model_copy(update=changed))
