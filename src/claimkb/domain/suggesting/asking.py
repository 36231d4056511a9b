"""What do the rules need to know of a text, and what do they not know? The text is asked once, as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from claimkb.domain import languages
from claimkb.domain.dates import DatePrecision
from claimkb.domain.languages import detection
from claimkb.domain.questions import LanguageUnclear, NoTables
from claimkb.domain.source import Source, fingerprint
from claimkb.domain.suggesting import Suggested, SuggestionKind, check_worthy, suggestions

TIMES_A_QUOTE = 500
"""How many times as long it takes to suggest what a text says as to look for a quote in it."""

MOST_READ = 100_000
"""How many characters of a text are read. That is a book's chapter, and takes a second."""

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
        return languages.code_of(self.tag)

    @property
    def tag(self) -> str | None:
        """The tag of its language, as it is named, or found out; None where that is not clear."""
        return self.language if self.language is not None else detection.detect(self.text)


def asked_of(source: Source, text: str, country: str | None) -> Asked:
    """Ask the text of a source. A month or a year of publishing is no day from which days could be counted."""
    is_day = source.published_on_precision in (None, DatePrecision.DAY)
    return Asked(text, source.published_on if is_day else None, source.language, country, source.title)


def _listed(codes: Sequence[str]) -> str:
    """List codes of languages."""
    return ", ".join(codes) or "none"


def language_of(asked: Asked) -> str:
    """Tell the language of a text; refuse one that has no tables, or cannot be told."""
    tag = asked.tag
    if tag is None:
        raise LanguageUnclear("language", known=_listed(languages.known()))
    code = languages.code_of(tag)
    if code is None:
        raise NoTables("language", language=tag, known=_listed(languages.known()))
    return code


def effort(length: int) -> int:
    """Tell as how many characters a text of this length counts that a quote is looked for in."""
    return TIMES_A_QUOTE * min(length, MOST_READ)


def note_of(asked: Asked) -> str | None:
    """Say what keeps the rules from finding all; None where nothing does."""
    try:
        language_of(asked)
    except (NoTables, LanguageUnclear) as refusal:
        return str(refusal)
    said = []
    if asked.said_on is None:
        said.append(
            "The day of publishing is not known: what is counted from it, such as tomorrow or next year, gives no due date."
        )
    if len(asked.text) > MOST_READ:
        said.append(f"The text is long: its first {MOST_READ} characters are read.")
    return " ".join(said) or None


def _read(text: str) -> str:
    """Take what is read of a text: all of it, or whole lines of its beginning."""
    begin = text[:MOST_READ]
    return text if len(text) <= MOST_READ else begin.rpartition("\n")[0] or begin


def suggest(asked: Asked, kinds: Sequence[SuggestionKind] = tuple(SuggestionKind)) -> list[Suggested]:
    """Suggest what a text says, of these kinds: first predictions and promises in its order, then claims worth checking."""
    code, text = language_of(asked), _read(asked.text)
    found: list[Suggested] = []
    if any(kind in kinds for kind in ABOUT_THE_FUTURE):
        found += suggestions(text, asked.said_on, code, asked.title, asked.country)
    if SuggestionKind.CLAIM in kinds:
        found += check_worthy(text, code)
    return [each for each in found if each.kind in kinds]
