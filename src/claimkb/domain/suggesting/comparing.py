"""Which passages of a text are compared with the recorded claims, and which count as like one?"""

from claimkb.domain.questions import check_length
from claimkb.domain.refusals import Refusal
from claimkb.domain.suggesting.suggestion import Passage

MOST_CHARACTERS, MOST_SENTENCES = 100_000, 500
"""How many characters and sentences of a text are compared at once."""

LIKE, SHARED = 0.3, 2
"""From which likeness on, and by how many words, a sentence counts as like a claim: a sentence says more than the claim."""


class TooManySentences(Refusal):
    """The text has {size} sentences; at most {most} are compared at once. Send it in parts."""


def passages(text: str, language: str | None) -> list[Passage]:
    """List the sentences of a text; refuse one that is longer than anybody would compare at once."""
    from claimkb.domain.suggesting.sentences import sentences

    check_length("text", text, MOST_CHARACTERS)
    found = sentences(text, language or "und")
    if len(found) > MOST_SENTENCES:
        raise TooManySentences("text", size=len(found), most=MOST_SENTENCES)
    return found


def counts(score: float, shared: int) -> bool:
    """Tell whether a sentence is so like a claim, and by so many words, that a person is told."""
    return score >= LIKE and shared >= SHARED
