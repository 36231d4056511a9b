"""When, in which language and by whose customs were the words of a claim said? That decides what its words of dates mean."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from claimkb.domain import dates, due_words, languages
from claimkb.domain.date_phrases import DueReading
from claimkb.seeding.reading import Located


@dataclass(frozen=True)
class Saying:
    """How the words of a claim were said: each None where the file does not say it."""

    on: date | None = None
    language: str | None = None
    country: str | None = None

    def meant(self, words: str) -> DueReading:
        """Return the one due date that words give; refuse words that give several, or none."""
        codes = due_words.preferring(languages.code_of(self.language))
        return due_words.meant(words, self.on, codes, self.country)


def saying_of(file: Located, claim: Located, country: str | None) -> Saying:
    """Tell how a claim of a file was said: on its own day, or on that of the first source in which it appears."""
    appearance = _first(claim.get("appearances"), lambda _: True)
    key = str(appearance.get("source"))
    source = _first(file.get("sources"), lambda each: str(each.get("key")) == key)
    language = appearance.get("language") or source.get("language")
    said = claim.get("said_on") or source.get("published_on")
    return Saying(_day(said), language if isinstance(language, str) else None, country)


def _first(given: Any, fits: Any) -> Any:
    """Return the first mapping of a list that fits; an empty one where there is none."""
    items = given if isinstance(given, list) else []
    return next((each for each in items if isinstance(each, Located) and fits(each)), {})


def _day(text: object) -> date | None:
    """Read a day; None for a month or a year, from which no days can be counted, and for what is told of where it stands."""
    try:
        interval = dates.parse(str(text))
    except ValueError:
        return None
    return interval.first if interval.precision is dates.DatePrecision.DAY else None
