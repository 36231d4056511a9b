"""What does claimkb know of a language? A folder of tables a language, and no word of any language in Python.

`dates.toml` holds the words of dates, `statements.toml` those of statements about the future. A language is complete when its
folder has both. `dates.toml` beside them holds dates that are written alike in all, `countries.toml` what differs by country.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

DATES, STATEMENTS = "dates", "statements"
"""The tables of a language."""

_HERE = Path(__file__).parent


@cache
def folders() -> tuple[str, ...]:
    """List the languages of which there is any table, by their codes (ISO 639-1)."""
    return tuple(sorted(each.name for each in _HERE.iterdir() if each.is_dir() and not each.name.startswith("_")))


def has(code: str, name: str) -> bool:
    """Tell whether there is a certain table of a language."""
    return (_HERE / code / f"{name}.toml").is_file()


@cache
def known() -> tuple[str, ...]:
    """List the languages that have tables, by their codes (ISO 639-1)."""
    return tuple(sorted(each.name for each in _HERE.iterdir() if each.is_dir() and (each / f"{DATES}.toml").is_file()))


def code_of(language: str | None) -> str | None:
    """Return the code of a language that has tables, from its tag (BCP 47): en of en-GB. None for any other."""
    code = (language or "").partition("-")[0].lower()
    return code if code in known() else None


@cache
def table(code: str, name: str) -> Mapping[str, Any]:
    """Read a table of a language."""
    return _read(_HERE / code / f"{name}.toml")


@cache
def shared(name: str) -> Mapping[str, Any]:
    """Read a table that holds for every language."""
    return _read(_HERE / f"{name}.toml")


@cache
def countries() -> Mapping[str, Any]:
    """Read the table of countries, by their codes (ISO 3166-1)."""
    return shared("countries")


def _read(file: Path) -> Mapping[str, Any]:
    """Read a file of tables."""
    import tomllib

    return tomllib.loads(file.read_text("utf-8"))
