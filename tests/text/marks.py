"""What is to be found in the marked texts, and what do the marked phrases mean?"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SETS = ("development", "own", "fresh")


@dataclass(frozen=True)
class Days:
    """The four values of a due date, as a person marks them. Without a last day there is no date."""

    first: date | None
    last: date | None
    precision: str | None
    bound: str


NO_DAYS = Days(None, None, None, "none")


@dataclass(frozen=True)
class Statement:
    """A statement about the future that a suggestion is to lie on."""

    start: int
    end: int
    quote: str
    days: Days
    due_words: str | None
    also: tuple[date | None, ...]
    """Last days that are right too; None where no date is."""
    claimant: str | None
    is_optional: bool
    """Neither missed nor found."""
    is_fiscal: bool
    """Its days are those of a country's fiscal year."""


@dataclass(frozen=True)
class Trap:
    """Words that look like a statement about the future, and are none."""

    start: int
    end: int
    quote: str
    why: str


@dataclass(frozen=True)
class Marked:
    """A text with its marks."""

    name: str
    text: str
    said_on: date
    language: str
    country: str
    title: str
    statements: tuple[Statement, ...]
    traps: tuple[Trap, ...]


@dataclass(frozen=True)
class Phrase:
    """A date phrase with what it means."""

    words: str
    said_on: date
    language: str
    country: str | None
    days: Days

    @property
    def is_fiscal(self) -> bool:
        """Tell whether its days are those of a country's fiscal year."""
        return self.days.precision == "FISCAL_YEAR" or "FY" in self.words


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _statement(mark: Mapping[str, Any]) -> Statement:
    return Statement(
        start=mark["start"],
        end=mark["end"],
        quote=mark["quote"],
        days=Days(_day(mark["due_from"]), _day(mark["due_on"]), mark["precision"], mark["bound"]),
        due_words=mark["due_words"],
        also=(*map(_day, mark.get("accept_due_on", ())), *((None,) if mark.get("accept_no_date") else ())),
        claimant=mark["claimant"],
        is_optional=mark.get("optional", False),
        is_fiscal=mark.get("is_fiscal", False) or mark["precision"] == "FISCAL_YEAR",
    )


def _marked(path: Path) -> Marked:
    gold = json.loads(path.read_text("utf-8"))
    return Marked(
        name=gold["name"],
        text=(path.parent / gold["text_file"]).read_text("utf-8"),
        said_on=date.fromisoformat(gold["anchor_date"]),
        language=gold["language"],
        country=gold["country"],
        title=gold["title"],
        statements=tuple(map(_statement, gold["predictions"])),
        traps=tuple(Trap(mark["start"], mark["end"], mark["quote"], mark["why"]) for mark in gold["traps"]),
    )


def texts(of_set: str) -> list[Marked]:
    """Read the marked texts of a set."""
    return [_marked(path) for path in sorted((HERE / of_set).glob("gold_*.json"))]


def phrases(of_set: str) -> list[Phrase]:
    """Read the marked phrases of a set. `fresh` has none."""
    path = HERE / of_set / "dates.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Phrase(
                row["phrase"],
                date.fromisoformat(row["anchor"]),
                row["language"],
                row["country"] or None,
                Days(_day(row["first"]), _day(row["last"]), row["precision"] or None, row["bound"]),
            )
            for row in csv.DictReader(file)
        ]
