"""What do the rules need to know of a text, and what do they not know? The text is asked once, as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from claimkb.domain import languages
from claimkb.domain.dates import DatePrecision
from claimkb.domain.languages import detection
from claimkb.domain.questions import LanguageUnclear, NoCountry, NoTables
from claimkb.domain.source import Source, fingerprint
from claimkb.domain.suggesting.finding import check_worthy, suggestions
from claimkb.domain.suggesting.suggestion import Suggested, SuggestionKind

TIMES_A_QUOTE = 50
"""How many times as long it takes to suggest what a text says as to look for a quote in it: 200 characters cost 1."""

NO_TEXT = "The text is not kept: add a snapshot with its text."

ABOUT_THE_FUTURE = (SuggestionKind.FORECAST, SuggestionKind.PROMISE)


@dataclass(frozen=True)
class Asked:
    """A text, when and where it was said, and in which language."""

    text: str = field(repr=False)
    said_on: date | None = None
    language: str | None = None
    """The tag of its language; None where it is to be found out."""
    country: str | None = None
    title: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text."""
        return fingerprint(self.text)

    @property
    def code(self) -> str | None:
        """The code of its language, if that has tables."""
        return languages.code_of(self.language) if self.language is not None else detection.detect(self.text)


def asked_of(source: Source, text: str, country: str | None) -> Asked:
    """Ask the text of a source. A month or a year of publishing is no day from which days could be counted."""
    is_day = source.published_on_precision in (None, DatePrecision.DAY)
    return Asked(text, source.published_on if is_day else None, source.language, country, source.title)


def _listed(codes: Sequence[str]) -> str:
    """List codes of languages."""
    return ", ".join(codes) or "none"


def language_of(asked: Asked) -> str:
    """Tell the language of a text; refuse one that has no tables, or cannot be told."""
    code = asked.code
    if code is None and asked.language is not None:
        raise NoTables("language", language=asked.language, known=_listed(languages.known()))
    if code is None:
        raise LanguageUnclear("language", known=_listed(languages.known()))
    return code


def check_country(country: str | None, field_: str = "country") -> str | None:
    """Refuse a country of which there is no table; write its code in capital letters."""
    code = country and country.upper()
    if code and code not in languages.countries():
        raise NoCountry(field_, country=country, known=_listed(sorted(languages.countries())))
    return code


def note_of(asked: Asked) -> str | None:
    """Say what keeps the rules from finding all; None where nothing does."""
    try:
        language_of(asked)
    except (NoTables, LanguageUnclear) as refusal:
        return str(refusal)
    if asked.said_on is None:
        return "The day of publishing is not known: what is counted from it, such as tomorrow or next year, gives no due date."
    return None


def suggest(asked: Asked, kinds: Sequence[SuggestionKind] = tuple(SuggestionKind)) -> list[Suggested]:
    """Suggest what a text says, of these kinds: first predictions and promises in its order, then claims worth checking."""
    code = language_of(asked)
    found: list[Suggested] = []
    if any(kind in kinds for kind in ABOUT_THE_FUTURE):
        found += suggestions(asked.text, asked.said_on, code, asked.title, asked.country)
    if SuggestionKind.CLAIM in kinds:
        found += check_worthy(asked.text, code)
    return [each for each in found if each.kind in kinds]
