"""Does a text count its halves and quarters in a firm's fiscal year, and when does that begin? Its own words tell."""

from calendar import monthrange
from datetime import date

from claimkb.domain import languages
from claimkb.domain.date_phrases.meanings import Frame
from claimkb.domain.date_phrases.parsing import Parser, Tree
from claimkb.domain.dates import MONTH_NAMES

KIND = "frame"
"""The kind of words that tell it: "the year ended 30 June", "FY27"."""
YEAR_END, YEAR_TO, WORDS = "year_end", "year_to", "fiscal_words"
"""What words mean: the last day of a fiscal year, twelve months that may be those of a statistic, or only that there is one."""
MOST = 20_000
"""How many tokens of a text are looked through: its first thousand sentences."""
_LEAP = 2028
_CALENDAR = (1, 1)


def frame_of(parser: Parser, country: str | None) -> Frame | None:
    """Find the fiscal year in which a text counts; None where it is the calendar year, or no words tell it."""
    found = list(_found(parser))
    has_words = any(tree.meaning == WORDS for tree in found)
    ends = [tree for tree in found if tree.meaning == YEAR_END or (tree.meaning == YEAR_TO and has_words)]
    ended = next((begin for tree in ends if (begin := _after(tree))), None)
    if ended is not None:
        return _frame(ended, "the fiscal year that the text names begins on")
    code = (country or "").upper()
    known = languages.countries().get(code, {})
    if not has_words or not known.get("firms"):
        return None
    month, day = map(int, known["fiscal"].split("-"))
    return _frame((month, day), f"the fiscal year of {code} begins on")


def _found(parser: Parser) -> list[Tree]:
    """List what the words of a text tell of it."""
    begins = parser.grammar.begins.get(KIND, frozenset())
    forms = parser.tokens.forms[:MOST]
    places = [at for at, form in enumerate(forms) if form in begins and (at == 0 or forms[at - 1] != "-")]
    return [tree for at in places for _, tree in parser.matches(KIND, at)]


def _after(tree: Tree) -> tuple[int, int] | None:
    """Tell the day after the last one of a year; None where no calendar has that."""
    month = tree.slots["m"]
    day = tree.slots.get("d", monthrange(_LEAP, month)[1])
    if not 1 <= day <= monthrange(_LEAP, month)[1]:
        return None
    following = date.fromordinal(date(_LEAP, month, day).toordinal() + 1)
    return (3, 1) if (month, day) == (2, 28) else (following.month, following.day)


def _frame(begins: tuple[int, int], why: str) -> Frame | None:
    month, day = begins
    return None if begins == _CALENDAR else Frame(month, day, f"{why} {day} {MONTH_NAMES[month - 1]}")
