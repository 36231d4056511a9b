"""Checkpoints and proofs on the command line, and the program that checks a proof without claimkb."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claimkb.actions import erasing, predictions
from claimkb.actions.work import Desk
from claimkb.domain import Prediction
from claimkb.identity import COMMAND_LINE
from tests.builders import a_claim, a_prediction, do, everything
from tests.cli.test_commands import Run, run, run_on_each

__all__ = ["run", "run_on_each"]
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "checkpoints.md"


@pytest.fixture
def key(run_on_each: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Make a key in a file, set it, and give the public key."""
    file = tmp_path / "key.pem"
    code, out, _ = run_on_each("checkpoint", "--new-key", str(file))
    assert (code, file.stat().st_mode & 0o777) == (0, 0o600)
    monkeypatch.setenv("CLAIMKB_CHECKPOINT_KEY_FILE", str(file))
    return out.split()[-1]


def proof_of(run: Run, prediction: Prediction) -> Any:
    """Prove what is recorded of a prediction."""
    return json.loads(run("prove", str(prediction.id))[1])


def checked(tmp_path: Path, key: str, proof: Any) -> str:
    """Check a proof with the program of the documents; return what it prints, or its last line of trouble."""
    program, file = tmp_path / "check.py", tmp_path / "proof.json"
    (text,) = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    program.write_text(text, encoding="utf-8")
    file.write_text(json.dumps(proof), encoding="utf-8")
    done = subprocess.run([sys.executable, program, key, file], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[-1]


def test_a_stranger_checks_a_proof_with_the_program_of_the_documents(
    run_on_each: Run, desk: Desk, key: str, tmp_path: Path
) -> None:
    for number in range(6):
        prediction = a_prediction(desk, question=f"Does the bridge nº {number} open?")
    do(desk, predictions.update_prediction, predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.5))
    assert run_on_each("checkpoint")[0] == 0
    do(desk, predictions.update_prediction, predictions.UpdatePrediction(prediction_id=prediction.id, probability=0.6))
    proof = proof_of(run_on_each, prediction)
    assert (proof["revision"]["version"], proof["checkpoint"]["records"]) == (2, 12)
    day = proof["checkpoint"]["day"]
    assert checked(tmp_path, key, proof) == f'By {day}, Edith had recorded: {{"probability":0.5}}'
    words = proof | {"revision": proof["revision"] | {"after": '{"probability":0.9}'}}
    assert checked(tmp_path, key, words) == "AssertionError: The revision is not in the checkpoint."
    assert checked(tmp_path, key, proof | {"index": 0}) == "AssertionError: The revision is not in the checkpoint."
    earlier = proof | {"checkpoint": proof["checkpoint"] | {"day": "2020-01-01"}}
    assert checked(tmp_path, key, earlier).startswith("cryptography.exceptions.InvalidSignature")
    assert checked(tmp_path, "0" * 64, proof) == "AssertionError: The checkpoint names another key."


def test_every_record_can_be_proven(run_on_each: Run, desk: Desk, key: str, tmp_path: Path) -> None:
    every = [a_prediction(desk) for _ in range(4)]
    run_on_each("checkpoint")
    for each in every:
        assert '"question":"Does the bridge open?"' in checked(tmp_path, key, proof_of(run_on_each, each))


def test_the_checkpoint_of_a_day_is_made_once_and_printed_each_time(run_on_each: Run, desk: Desk, key: str) -> None:
    a_claim(desk)
    one, two = (run_on_each("checkpoint") for _ in range(2))
    assert one == two
    assert (json.loads(one[1])["number"], json.loads(one[1])["key"]) == (1, key)
    assert run_on_each("verify")[:2] == (0, "2 revisions, 1 checkpoint: all holds together.\n")


@pytest.mark.usefixtures("key")
def test_the_job_makes_a_checkpoint_but_a_rehearsal_does_not(run_on_each: Run, desk: Desk) -> None:
    for words, many in ((("--dry-run",), 0), ((), 1), ((), 1)):
        assert run_on_each("flag", *words)[0] == 0
        assert len(everything(desk)["checkpoint"]) == many


def test_copies_in_a_folder_or_a_file_are_held_against_the_record(run_on_each: Run, desk: Desk, key: str, tmp_path: Path) -> None:
    a_claim(desk)
    line = run_on_each("checkpoint")[1]
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "checkpoint-000001.json").write_text(line)
    held = run_on_each("verify", "--copies", str(tmp_path / "copies"), "--key", key.upper())
    assert held[:2] == (0, "2 revisions, 1 checkpoint, 1 copy of them: all holds together.\n")
    other = tmp_path / "other.jsonl"
    other.write_text(line.replace('"number":1', '"number":2'))
    code, out, _ = run_on_each("verify", "--copies", str(other))
    assert (code, "SIGNATURE: A checkpoint is not signed, or by another key than the desk's" in out) == (1, True)
    other.write_text("nonsense")
    assert run_on_each("verify", "--copies", str(other))[::2] == (
        1,
        f"claimkb: {other}, line 1 holds no checkpoint: each line has to be one as claimkb checkpoint prints it, in JSON.\n",
    )


def test_what_no_checkpoint_covers_and_a_desk_without_a_key_are_told(run: Run, sqlite_desk: Desk, tmp_path: Path) -> None:
    claim = a_claim(sqlite_desk)
    before = everything(sqlite_desk)
    assert run("checkpoint")[::2] == (
        1,
        "claimkb: No key signs checkpoints here: claimkb checkpoint --new-key FILE makes one. "
        "CLAIMKB_CHECKPOINT_KEY_FILE names its file.\n",
    )
    assert run("prove", str(claim.id))[::2] == (
        1,
        f"claimkb: No checkpoint covers a record with the id {claim.id} yet: "
        "claimkb checkpoint makes one a day of what is recorded by then.\n",
    )
    file = tmp_path / "key.pem"
    file.write_text("mine")
    assert run("checkpoint", "--new-key", str(file))[::2] == (3, f"claimkb: {file}: File exists\n")
    assert (file.read_text(), everything(sqlite_desk)) == ("mine", before)


@pytest.mark.parametrize("command", ["serve", "flag", "checkpoint", "verify"])
def test_a_key_file_that_is_missing_or_holds_no_key_is_refused(
    run: Run, command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "key.pem"
    monkeypatch.setenv("CLAIMKB_CHECKPOINT_KEY_FILE", str(file))
    for what in ("cannot be read (No such file or directory)", "holds none"):
        code, _, error = run(command)
        assert (code, error) == (
            1,
            f"claimkb: CLAIMKB_CHECKPOINT_KEY_FILE names {file}, which {what}. A private key of Ed25519 is wanted, "
            "as PEM without a password: claimkb checkpoint --new-key FILE makes one.\n",
        )
        file.write_text("nonsense")


def test_flags_do_not_wait_for_a_key_that_cannot_be_read(run: Run, sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_prediction(sqlite_desk)
    monkeypatch.setenv("CLAIMKB_CHECKPOINT_KEY_FILE", "nowhere.pem")
    code, out, _ = run("flag")
    assert (code, len(everything(sqlite_desk)["flag"]), "1 LONG_OVERDUE" in out) == (1, 1, True)


def test_a_place_without_copies_and_what_is_no_key_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "empty.jsonl").write_text("")
    for name in ("copies", "empty.jsonl"):
        assert run("verify", "--copies", str(tmp_path / name))[::2] == (
            1,
            f"claimkb: There is no checkpoint in {tmp_path / name}, so nothing would be compared: see whether it is the right place, and mounted.\n",
        )
    assert run("verify", "--key", "xyz")[::2] == (
        1,
        "claimkb: xyz is no public key: it has 64 hexadecimal digits, as claimkb checkpoint --new-key printed them.\n",
    )


def test_a_folder_without_a_key_is_refused_and_an_empty_setting_is_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_CHECKPOINT_FOLDER", "")
    monkeypatch.setenv("CLAIMKB_CHECKPOINT_KEY_FILE", "")
    assert run("verify")[0] == 0
    monkeypatch.setenv("CLAIMKB_CHECKPOINT_FOLDER", "copies")
    code, _, error = run("verify")
    assert (code, "CLAIMKB_CHECKPOINT_FOLDER is set without CLAIMKB_CHECKPOINT_KEY_FILE" in error) == (2, True)


@pytest.mark.usefixtures("key")
def test_what_was_erased_cannot_be_proved_until_it_is_changed_again(run_on_each: Run, desk: Desk) -> None:
    prediction = a_prediction(desk, question="Does Zoe Quill open it?")
    assert run_on_each("checkpoint")[0] == 0
    do(desk, erasing.erase_text, erasing.EraseText(text="Zoe Quill", reason="r"), COMMAND_LINE)
    code, out, err = run_on_each("prove", str(prediction.id))
    assert (code, out, "nobody can show any more" in err) == (1, "", True)
    assert run_on_each("verify")[0] == 0
