"""How many of the marked statements are found, with which days and speakers, and what is suggested that should not be?

A suggestion fits a statement where they share half of the shorter of the two. Fits are one to one, the largest share first. A trap is taken
by a suggestion that fits no statement and shares half with the trap. Optional statements are neither missed nor found.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from claimkb.domain.suggesting import Suggested
from tests.text.answers import are_same, days_of, is_last_day_right, is_same_precision, of_phrase, of_text
from tests.text.marks import Days, Marked, Phrase, Statement, phrases, texts


@dataclass(frozen=True)
class Measure:
    """A share that is measured, with what it must be, and what it aims at."""

    name: str
    must: float | None = None
    aim: float | None = None
    is_most: bool = False
    """Less is better."""


LIES_ON = Measure("statements on which a suggestion lies", 0.85, 0.92)
ONE_EACH = Measure("one suggestion for each statement", 0.70, 0.80)
PRECISION = Measure("precision", 0.85, 0.92)
TRAPS = Measure("traps taken", 0.10, 0.05, is_most=True)
LAST_DAY = Measure("last day right, calendar dates", 0.90, 0.95)
FISCAL = Measure("last day right, fiscal with country (phrases too)", 0.70, 0.85)
WHOLE_DATE = Measure("all four values of a statement's date")
PHRASES = Measure("phrases, all four values", 0.92, 0.97)
INVENTED = Measure("dates invented where there is none", 0.15, 0.08, is_most=True)
NAMED = Measure("claimant named in the sentence", 0.70, 0.85)
CLAIMANT = Measure("claimant, any", 0.40, 0.60)
ANCHORS = Measure("anchors verbatim, of seven words, once in the text", 1.0, 1.0)
MEASURES = (LIES_ON, ONE_EACH, PRECISION, TRAPS, LAST_DAY, FISCAL, WHOLE_DATE, PHRASES, INVENTED, NAMED, CLAIMANT, ANCHORS)

MOST_WORDS = 7
_OF_NO_NAME = re.compile(r"\b(the|le|la|l|of|de|government|sir)\b")
_SENTENCE_ENDS = re.compile(r"[.?!][\"”» ]*(?=\s|$)|\n")


@dataclass(frozen=True)
class Miss:
    """Something that the rules got wrong: which measure it is of, where, and why it is wrong."""

    measure: Measure
    text: str
    words: str
    reason: str


@dataclass
class Score:
    """What was counted: of each measure how many there were, and how many of them it is true of."""

    of: Counter[Measure] = field(default_factory=Counter)
    true: Counter[Measure] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)

    def count(self, measure: Measure, is_true: bool, text: str, words: str, reason: str) -> None:
        """Count one; it is a miss where it makes the measure worse."""
        self.of[measure] += 1
        self.true[measure] += is_true
        if is_true == measure.is_most:
            self.misses.append(Miss(measure, text, words, reason))

    def share(self, measure: Measure) -> float:
        """Say what share it is true of; of nothing the best one."""
        return self.true[measure] / self.of[measure] if self.of[measure] else float(not measure.is_most)


class Place(Protocol):
    """Where something stands in a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def common(one: Place, other: Place) -> int:
    """Count the letters that two places have in common."""
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def share(one: Place, other: Place) -> float:
    """Say what part of the shorter of two places they have in common."""
    return common(one, other) / max(1, min(one.end - one.start, other.end - other.start))


def fits(marked: Marked, found: list[Suggested]) -> list[tuple[int, int]]:
    """List which statement each suggestion may be of, the best fit first."""
    pairs = [
        (share(statement, each.statement), common(statement, each.statement), i, j)
        for i, statement in enumerate(marked.statements)
        for j, each in enumerate(found)
    ]
    return [(i, j) for part, _, i, j in sorted(pairs, reverse=True) if part >= 0.5]


def one_to_one(pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Give each statement one suggestion, and each suggestion one statement: the best fit first."""
    of_statement: dict[int, int] = {}
    for i, j in pairs:
        if i not in of_statement and j not in of_statement.values():
            of_statement[i] = j
    return of_statement


def name_words(name: str | None) -> set[str]:
    """Take the words of a name that tell it from others."""
    return set(re.findall(r"\w+", _OF_NO_NAME.sub(" ", (name or "").lower())))


def sentence_around(text: str, place: Place) -> str:
    """Cut out the sentence in which something stands, without asking the rules."""
    ends = [0, *(match.end() for match in _SENTENCE_ENDS.finditer(text)), len(text)]
    return next((text[start:end] for start, end in pairwise(ends) if start <= place.start < end), text)


def shown(days: Days) -> str:
    """Write the four values of a date in a line."""
    return f"{days.bound} {days.precision} {days.first or ''}..{days.last}" if days.last else "no date"


def score_date(score: Score, marked: Marked, statement: Statement, got: Suggested) -> None:
    """Count whether a suggestion has the days of its statement; where there is none, whether it has a day."""
    wanted, given = statement.days, days_of(got.due)
    is_also = given.last in statement.also
    words = f"{statement.quote} [{statement.due_words}]"
    why = f"wanted {shown(wanted)}, got {shown(given)}" + (f": {got.due.readings[0].reasoning}" if got.due else "")
    if wanted.last is None:
        score.count(INVENTED, given.last is not None and not is_also, marked.name, words, why)
        return
    is_right = is_also or is_last_day_right(wanted, given)
    score.count(FISCAL if statement.is_fiscal else LAST_DAY, is_right, marked.name, words, why)
    score.count(WHOLE_DATE, is_also or are_same(wanted, given), marked.name, words, why + _worse(wanted, given))


def _worse(wanted: Days, given: Days) -> str:
    """Name which of the four values is wrong, where the last day is right."""
    if not is_last_day_right(wanted, given):
        return ""
    wrong = {
        "bound": wanted.bound != given.bound,
        "first day": wanted.first != given.first,
        "precision": not is_same_precision(wanted, given),
    }
    return f" (wrong: {', '.join(name for name, is_wrong in wrong.items() if is_wrong)})"


def score_claimant(score: Score, marked: Marked, statement: Statement, got: Suggested) -> None:
    """Count whether a suggestion names who asserts it."""
    wanted, given = name_words(statement.claimant), got.claimant
    is_right = bool(wanted & name_words(given.name if given else None))
    why = f"wanted {statement.claimant}, got {given.name + (' (a guess)' if given.is_guess else '') if given else 'nobody'}"
    score.count(CLAIMANT, is_right, marked.name, statement.quote, why)
    if wanted & name_words(sentence_around(marked.text, statement)):
        score.count(NAMED, is_right, marked.name, statement.quote, why)


def score_anchor(score: Score, marked: Marked, got: Suggested) -> None:
    """Count whether the quote of a suggestion stands where it says, and once with the words around it."""
    quote = got.quote
    is_verbatim = marked.text[quote.start : quote.end] == quote.exact
    is_once = marked.text.count(quote.prefix + quote.exact + quote.suffix) == 1
    is_short = 0 < len(quote.exact.split()) <= MOST_WORDS
    why = f"verbatim {is_verbatim}, once {is_once}, of seven words at most {is_short}"
    score.count(ANCHORS, is_verbatim and is_once and is_short, marked.name, quote.exact, why)


def score_text(score: Score, marked: Marked, found: list[Suggested]) -> None:
    """Count what was found in a text."""
    pairs = fits(marked, found)
    of_statement, covered, fitting = one_to_one(pairs), {i for i, _ in pairs}, {j for _, j in pairs}
    for i, statement in enumerate(marked.statements):
        if not statement.is_optional:
            score.count(LIES_ON, i in covered, marked.name, statement.quote, "no suggestion")
            score.count(
                ONE_EACH, i in of_statement, marked.name, statement.quote, "one for several" if i in covered else "no suggestion"
            )
        if i in of_statement:
            score_date(score, marked, statement, found[of_statement[i]])
            if statement.claimant:
                score_claimant(score, marked, statement, found[of_statement[i]])
    strays = [each for j, each in enumerate(found) if j not in fitting]
    for j, each in enumerate(found):
        trap = next((trap for trap in marked.traps if share(trap, each.statement) >= 0.5), None)
        why = f"trap: {trap.why}" if trap else "not marked"
        score.count(PRECISION, j in fitting, marked.name, each.statement.exact, f"{why}; found by {', '.join(each.why)}")
        score_anchor(score, marked, each)
    for trap in marked.traps:
        taken = any(share(trap, each.statement) >= 0.5 for each in strays)
        score.count(TRAPS, taken, marked.name, trap.quote, trap.why)


def score_phrase(score: Score, phrase: Phrase) -> None:
    """Count whether a phrase is understood."""
    got, reasoning = of_phrase(phrase)
    words = f"{phrase.words} (said on {phrase.said_on}{', ' + phrase.country if phrase.country else ''})"
    why = f"wanted {shown(phrase.days)}, got {shown(got)}: {reasoning}"
    score.count(PHRASES, are_same(phrase.days, got), "phrases", words, why)
    if phrase.is_fiscal and phrase.country:
        score.count(FISCAL, is_last_day_right(phrase.days, got), "phrases", words, why)


def score_of(of_set: str) -> Score:
    """Measure the rules on a set of texts and phrases."""
    score = Score()
    for marked in texts(of_set):
        score_text(score, marked, of_text(marked))
    for phrase in phrases(of_set):
        score_phrase(score, phrase)
    return score
