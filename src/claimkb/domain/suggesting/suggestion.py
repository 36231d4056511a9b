"""What is a suggestion? What a text seems to say; never a record: a person takes it or refuses it."""

from dataclasses import dataclass

from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.record import Term
from claimkb.domain.target import Target


class SuggestionKind(Term):
    """What a suggestion would be recorded as."""

    FORECAST = "FORECAST", "A prediction of what the claimant does not control."
    PROMISE = "PROMISE", "A prediction of what the claimant controls."
    CLAIM = "CLAIM", "A claim that is not about the future, and worth checking."


class SuggestionState(Term):
    """What became of a suggestion."""

    OPEN = "OPEN", "Nobody has decided about it."
    TAKEN = "TAKEN", "A claim is recorded whose quote stands in it."
    REFUSED = "REFUSED", "A person refused it, for this text."


@dataclass(frozen=True)
class Passage:
    """A part of a text: its words, and where it stands, in Unicode code points."""

    exact: str
    start: int
    end: int


@dataclass(frozen=True)
class Quote(Passage):
    """At most seven words of a statement, verbatim. They stand once in the text between the words before and after."""

    prefix: str
    suffix: str


@dataclass(frozen=True)
class Speaker:
    """Who seems to assert it. A guess where the sentence names nobody: the nearest speaker before."""

    name: str
    is_guess: bool


@dataclass(frozen=True)
class Suggested:
    """A statement of a text that is worth recording."""

    sentence: Passage
    statement: Passage
    """The part of the sentence that states it."""
    quote: Quote
    kind: SuggestionKind
    likelihood_text: str | None
    claimant: Speaker | None
    target: Target | None
    due: DatePhrase | None
    """Its date phrase; None where it names none."""
    why: tuple[str, ...]
    """The words that it was found by, each with what they are a sign of: `"will": future`."""
    score: float
    """How sure the rules are, from 0 to 1; of a CLAIM how much it is worth checking."""
