"""By which id is a suggestion known, and what became of it? Both follow from the text and from where its statement stands."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from claimkb.domain.claim import Claim
from claimkb.domain.refusals import Refusal, UserErrorCode, WrongState
from claimkb.domain.suggesting.suggestion import Passage, Suggested, SuggestionState
from claimkb.domain.suggestion_refusal import SuggestionRefusal

Span = tuple[int, int]
"""Where a passage begins and ends."""

Placed = tuple[Span, Claim]
"""Where a quote stands, and the claim that it is of."""

NAMESPACE = UUID("0b1f1d3e-8a52-5c0f-9d0b-6b7b0f6a2c51")
"""The name space of the ids of suggestions (RFC 9562, version 5)."""


class NoSuchSuggestion(Refusal):
    """The newest text of this source has no suggestion with this id. Read its suggestions again: the text may have changed."""

    code = UserErrorCode.NOT_FOUND


class NoTextKept(Refusal):
    """The text of this source is not kept, so nothing is suggested of it: add a snapshot with its text."""


class NoSuchReading(Refusal):
    """Its due date has {readings}, counted from 0: send the place of one of them, or leave it out."""


class SuggestionTaken(WrongState):
    """This suggestion was taken: it is the claim {id}. If that is wrong, retract the claim or where it appears."""


class SpeakerNotKnown(Refusal):
    """The text seems to name {name}, and {trouble}. Say who asserts it: claimantId, or claimant for a new one (--claimant,
    --new at the terminal); or choose the voice UNATTRIBUTED, where nobody is named.
    """


class NothingPredicted(Refusal):
    """Only a claim of the kind PREDICTION or PROMISE has a prediction. Leave it out, or send the kind of the claim."""


def id_of(sha256: str, statement: Passage) -> UUID:
    """Make the id of a suggestion, which is the same whenever the rules find the same statement in the same text."""
    return uuid5(NAMESPACE, f"{sha256}/{statement.start}/{statement.end}")


def is_within(quote: Span, statement: Passage) -> bool:
    """Tell whether a quote stands in a statement."""
    return statement.start <= quote[0] and quote[1] <= statement.end


def is_about(span: Span, statement: Passage) -> bool:
    """Tell whether a span covers at least half of a statement, or the statement half of it: rules may move an end later."""
    shared = min(span[1], statement.end) - max(span[0], statement.start)
    return shared > 0 and 2 * shared >= min(span[1] - span[0], statement.end - statement.start)


def refusal_of(refusals: Sequence[SuggestionRefusal], suggested: Suggested) -> SuggestionRefusal | None:
    """Find the refusal of a suggestion among those for its text."""
    return next((each for each in refusals if is_about((each.start, each.end), suggested.statement)), None)


def claim_of(placed: Sequence[Placed], suggested: Suggested) -> Claim | None:
    """Find the claim that is recorded of a suggestion, among those whose quotes stand in its text."""
    return next((claim for span, claim in placed if is_within(span, suggested.statement)), None)


def state_of(claim: Claim | None, refusal: SuggestionRefusal | None) -> SuggestionState:
    """Tell what became of a suggestion: what is recorded is taken, though it was refused before."""
    if claim is not None:
        return SuggestionState.TAKEN
    return SuggestionState.OPEN if refusal is None else SuggestionState.REFUSED


def paragraph_at(text: str, start: int, title: str | None) -> int:
    """Count the paragraphs up to a place of a text, from 1 for the first under the title.

    Paragraphs are parted by empty lines; in a text without any, each line is one.
    """
    mark = "\n\n" if "\n\n" in text.strip() else "\n"
    before = text[:start].split(mark)
    whole = [each for each in before[:-1] if each.strip()]
    heading = next((each.strip() for each in text.split(mark, 1) if each.strip()), "")
    is_titled = bool(whole) and title is not None and whole[0].strip() == title.strip() == heading
    return max(1, len(whole) + 1 - is_titled)
