"""Where is the assistant, and what may it cost? Each is a setting; the settings add `CLAIMKB_` to its name."""

import re
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, PrivateAttr, SecretStr, field_validator, model_validator

_KEY = re.compile("[!-~]{1,4000}")
"""What a key may be: signs that stand in a header of HTTP, without white space."""


class AssistantSettings(BaseModel):
    """The settings of the assistant: off, unless its address is set."""

    assistant_url: str | None = Field(
        default=None,
        description="The base address of a language model that speaks OpenAI's protocol, such as http://127.0.0.1:11434/v1; texts "
        "are sent there when a person asks for it.",
    )
    assistant_model: str | None = Field(default=None, max_length=200, description="The name of the model there.")
    assistant_key_file: Path | None = Field(default=None, description="A file with its key in it, where it wants one.")
    assistant_seconds: float = Field(default=20, gt=0, le=600, description="How long the assistant may take for a text, in all.")
    assistant_tokens_a_day: int = Field(
        default=500_000, ge=1, le=1_000_000_000, description="How many tokens it may be asked for a day, by all servers together."
    )
    _assistant_key: SecretStr | None = PrivateAttr(default=None)

    @property
    def assistant_key(self) -> SecretStr | None:
        """The key, as its file has it."""
        return self._assistant_key

    @field_validator("assistant_url", "assistant_model", "assistant_key_file", mode="before")
    @classmethod
    def given(cls, value: object) -> object:
        """Take what is set to nothing for none."""
        return value or None

    @field_validator("assistant_url")
    @classmethod
    def is_base_address(cls, url: str | None) -> str | None:
        """Refuse what is no address to which a path can be added, and one with a secret in it."""
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            is_plain = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and parts.port != 0
        except ValueError:
            is_plain = False
        if not is_plain or not url.isprintable() or " " in url or "?" in url or "#" in url:
            raise ValueError("write the base address alone, such as https://host.example.org/v1; a key goes into a file")
        return url.rstrip("/")

    @model_validator(mode="after")
    def is_whole(self) -> Self:
        """Refuse an assistant that is set up by half, and read its key."""
        if self.assistant_url is None and (self.assistant_model or self.assistant_key_file):
            raise ValueError("CLAIMKB_ASSISTANT_URL is missing: without it there is no assistant")
        if self.assistant_url is not None and self.assistant_model is None:
            raise ValueError("CLAIMKB_ASSISTANT_MODEL is missing: it names the model at CLAIMKB_ASSISTANT_URL")
        if self.assistant_key_file is not None:
            self._assistant_key = _read_key(self.assistant_key_file)
        return self


def _read_key(file: Path) -> SecretStr:
    """Read a key."""
    try:
        key = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise ValueError(f"{file} cannot be read") from None
    if not _KEY.fullmatch(key):
        raise ValueError(f"{file} holds no key: write it alone, on one line")
    return SecretStr(key)
