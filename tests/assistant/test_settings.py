"""An assistant is set up whole or not at all; its key stands in a file, and nowhere else."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from claimkb.settings import Settings

KEY = "sk-a-very-secret-key"


def a_file(tmp_path: Path, key: str) -> Path:
    file = tmp_path / "key"
    file.write_text(key)
    return file


def test_there_is_none_unless_its_address_is_set() -> None:
    assert Settings().assistant_url is None
    assert Settings(assistant_url="", assistant_model="").assistant_model is None


def test_an_address_may_be_of_this_machine_and_its_last_slash_does_not_count() -> None:
    settings = Settings(assistant_url="http://127.0.0.1:11434/v1/", assistant_model="tiny")
    assert (settings.assistant_url, settings.assistant_key) == ("http://127.0.0.1:11434/v1", None)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:11434/v1",
        "ftp://host/v1",
        "https://",
        "https://user:word@host/v1",
        "https://host/v1?key=word",
        "https://host/v1#a",
        "https://host/v 1",
        "https://[host/v1",
        "https://host:99999/v1",
    ],
)
def test_what_is_no_base_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="write the base address alone"):
        Settings(assistant_url=url, assistant_model="tiny")


def test_half_an_assistant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="CLAIMKB_ASSISTANT_MODEL is missing"):
        Settings(assistant_url="http://127.0.0.1:11434/v1")
    with pytest.raises(ValidationError, match="CLAIMKB_ASSISTANT_URL is missing"):
        Settings(assistant_model="tiny")
    with pytest.raises(ValidationError, match="CLAIMKB_ASSISTANT_URL is missing"):
        Settings(assistant_key_file=a_file(tmp_path, KEY))


def test_a_key_is_read_from_its_file_and_is_not_shown(tmp_path: Path) -> None:
    settings = Settings(assistant_url="https://host/v1", assistant_model="tiny", assistant_key_file=a_file(tmp_path, f" {KEY}\n"))
    assert settings.assistant_key is not None
    assert settings.assistant_key.get_secret_value() == KEY
    assert KEY not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize("key", ["", "two words", "two\nlines", "schlüssel", "k" * 4001])
def test_what_cannot_be_a_key_is_refused_and_not_shown(key: str, tmp_path: Path) -> None:
    file = a_file(tmp_path, key)
    with pytest.raises(ValidationError, match="holds no key: write it alone, on one line") as refused:
        Settings(assistant_url="https://host/v1", assistant_model="tiny", assistant_key_file=file)
    assert not key or key not in str(refused.value)


def test_a_key_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="cannot be read"):
        Settings(assistant_url="https://host/v1", assistant_model="tiny", assistant_key_file=tmp_path / "none")


def test_a_key_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMKB_ASSISTANT_KEY", KEY)
    with pytest.raises(ValidationError, match="do you mean CLAIMKB_ASSISTANT_KEY_FILE") as refused:
        Settings()
    assert KEY not in str(refused.value)


@pytest.mark.program
def test_where_none_is_set_up_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    loaded = "{'httpx2', 'claimkb.assistant.assistant', 'claimkb.assistant.asking', 'claimkb.assistant.prompt'} & set(sys.modules)"
    program = f"import sys, claimkb.app; claimkb.app.create(claimkb.app.Settings(database_url='sqlite:///{tmp_path}/a.db')); print({loaded})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
