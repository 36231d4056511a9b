"""What the shell is told when somebody presses Tab: asked as bash, zsh and fish ask."""

import os
import subprocess
from functools import partial
from pathlib import Path

import pytest

pytestmark = pytest.mark.program


def completed(executable: Path, tmp_path: Path, shell: str, line: str) -> list[str]:
    """Ask for what may follow a line, as the script of a shell does."""
    words = line.split(" ")
    asked = {
        "_CLAIMKB_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    done = subprocess.run([executable], cwd=tmp_path, env={**os.environ, **asked}, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_bash_completes_commands_options_and_the_words_of_a_vocabulary(executable: Path, tmp_path: Path) -> None:
    after = partial(completed, executable, tmp_path, "bash")
    assert after("claimkb pre") == ["predictions"]
    assert after("claimkb account c") == ["create", "close"]
    assert after("claimkb predictions --time") == ["--timeliness"]
    assert after("claimkb predictions --timeliness ") == [
        "UPCOMING",
        "DUE_SOON",
        "OVERDUE",
        "LONG_OVERDUE",
        "REVIEW_DUE",
        "NO_DATE",
        "SETTLED",
    ]
    assert after("claimkb resolve ID --verdict A") == ["AMBIGUOUS", "ANNULLED"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_complete_the_same(shell: str, executable: Path, tmp_path: Path) -> None:
    assert "ANNULLED" in " ".join(completed(executable, tmp_path, shell, "claimkb resolve ID --verdict A"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_shown(shell: str, executable: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "_CLAIMKB_COMPLETE": f"source_{shell}"}
    done = subprocess.run([executable], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert f"_CLAIMKB_COMPLETE=complete_{shell}" in done.stdout
