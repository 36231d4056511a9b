"""What can be wrong with a command? The root of the tree of refusals, and those of records, predictions, claims and sources.

Those of one subject stand beside it: access, reviewing, following, telling (channels), questions (lists and filters),
dating (due dates and days of answers), and measuring (numbers).

A refusal is a named fact. Its docstring is the message that the person reads, so it says what is wrong and what to do.
`field` is the path of the input that has to change, in the names of the command.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from claimkb.domain.record import Term


class UserErrorCode(Term):
    """The kind of a mistake that the person can put right."""

    INVALID = "INVALID", "A value breaks a rule; the message says which."
    NOT_FOUND = "NOT_FOUND", "There is no record with this id."
    DUPLICATE = "DUPLICATE", "The record exists already: `existing` is it, and the message names it."
    WRONG_STATE = "WRONG_STATE", "The record's status does not allow this now."
    CONFLICT = "CONFLICT", "Somebody changed the record since you read it; read it again."


class Refusal(Exception):
    """This is not allowed."""

    code = UserErrorCode.INVALID

    def __init__(self, *field: str | int, **facts: Any) -> None:
        self.field: tuple[str | int, ...] = field
        self.facts = facts
        super().__init__(field, facts)

    def nest(self, *place: str | int) -> None:
        """Say that it stands at this place of a greater command."""
        self.field = (*place, *self.field)

    def __str__(self) -> str:
        return " ".join(inspect.cleandoc(type(self).__doc__ or "").split()).format(**self.facts)


@contextmanager
def within(*place: str | int) -> Iterator[None]:
    """Say that what is refused inside stands at this place of the command."""
    try:
        yield
    except Refusal as refusal:
        refusal.nest(*place)
        raise


class Forbidden(Refusal):
    """{actor} may not do this: it takes the permission {permission}."""


# The record is not there, or is there already.


class NotFound(Refusal):
    """There is no {kind} with the id {id}."""

    code = UserErrorCode.NOT_FOUND


class AlreadyRecorded(Refusal):
    """This {kind} is recorded already, as {id}. {advice}"""

    code = UserErrorCode.DUPLICATE


class StaleVersion(Refusal):
    """This {kind} is at version {current}, and you sent version {expected}: {by} changed it.
    Read it again and repeat your change.
    """

    code = UserErrorCode.CONFLICT


class KeyOfAnother(Refusal):
    """The Idempotency-Key {key} was used for another request. Send a new key with a new request."""

    code = UserErrorCode.CONFLICT


class Meanwhile(Refusal):
    """Somebody recorded the same a moment ago. Look for it, and use it or repeat your change."""

    code = UserErrorCode.CONFLICT


# A prediction is not where this verb begins.


class WrongState(Refusal):
    """The record's status does not allow this."""

    code = UserErrorCode.WRONG_STATE


class AlreadyResolved(WrongState):
    """This prediction is resolved already. Reopen it first, and say why."""


class AwaitsConfirmation(WrongState):
    """An outcome is proposed and waits for another person: confirm it or reject it first."""


class AlreadyWithdrawn(WrongState):
    """This prediction is withdrawn. Restore it first, and say why."""


class NotResolved(WrongState):
    """This prediction is {status}; only a resolved one can be reopened."""


class NotWithdrawn(WrongState):
    """This prediction is {status}; only a withdrawn one can be restored."""


class HasDueDate(WrongState):
    """This prediction is due on {due_on}, so it is not put off: move its due date, and say why, or resolve it."""


# A record is retracted, or it is not.


class AlreadyRetracted(WrongState):
    """This {kind} is retracted already."""


class NotRetracted(WrongState):
    """This {kind} is not retracted; only a retracted one can be restored."""


class Retracted(WrongState):
    """This {kind} is retracted. Restore it first, and say why."""


class PredictionTracked(WrongState):
    """This claim has a prediction that waits for an answer, {id}: withdraw or resolve that first."""


# A change leaves out what it cannot do without.


class CannotBeCleared(Refusal):
    """This cannot be left empty: send a value, or leave the field out to keep the one that is there."""


class NeedsReason(Refusal):
    """What must happen by when was sealed when the prediction was recorded: say why it changes."""


class NotToCome(Refusal):
    """{day} is not to come; today is {today}. Name the day on which to look again."""


class DerivedFromItself(Refusal):
    """This would make the source repeat itself, by way of others."""


# An outcome says what it cannot know.


class NoEvidence(Refusal):
    """An outcome needs evidence: name at least one source, or say why there is none."""


class NotYetDue(Refusal):
    """This prediction is not due before {due_on}. If the remaining days cannot undo the verdict, say why."""


class MayStillChange(Refusal):
    """Before {due_on} the verdict {verdict} may still change. Only {final} can be final early."""


class InTheFuture(Refusal):
    """{day} is in the future: no later day than {today} has begun anywhere on earth."""


class BeforeTheClaim(Refusal):
    """{day} is before the claim was made ({said_on}): what happened then cannot answer it."""


class KnownBeforeItHappened(Refusal):
    """It cannot have been known on {known_on}, before it happened on {occurred_on}."""


class HappenedLate(Refusal):
    """It happened on {occurred_on}, after the due date {due_on}. That is NO, with the day it happened; it is shown as late."""


# Evidence and relations.


class EvidenceWithoutSource(Refusal):
    """Evidence needs its source: name a recorded one or describe it, and not both."""


class EvidenceOfOneThing(Refusal):
    """Evidence belongs to a claim, to an outcome or to a review: name one of them, and no other."""


class RelatedToItself(Refusal):
    """A claim cannot be related to itself."""


class RepeatsWhatCameLater(Refusal):
    """What would {does} came first: it was said on {said_on}, and what it would {does} on {first_said_on}. Turn them around."""


class RepeatsBothWays(Refusal):
    """The other claim {does} this one already, and only one of the two can have come first."""


class WouldGoRound(Refusal):
    """This would make the claim depend on itself, by way of others."""


# Who speaks.


class NobodyNamed(Refusal):
    """Say who asserts it, the claimant, or choose the voice UNATTRIBUTED where the source names nobody."""


class SomebodyNamed(Refusal):
    """The voice UNATTRIBUTED means that the source names nobody: leave the claimant out, or choose another voice."""


# Dates.


class NotThatInterval(Refusal):
    """The {precision} that holds {day} is {first} to {last}: send {wanted}, or another precision."""


class BackwardInterval(Refusal):
    """The interval ends on {due_on}, before it begins on {due_from}."""


class NoLastDay(Refusal):
    """A due date needs its last day: give that too, or leave its other parts out."""


class NoBasis(Refusal):
    """Say where the due date comes from: STATED in the source, DERIVED by arithmetic, or EDITORIAL."""


class NoReasoning(Refusal):
    """A due date that is {basis} needs its reasoning in words."""


class DueBeforeTheClaim(Refusal):
    """The due date {due_on} is before the claim was made ({said_on})."""


class NoPrecision(Refusal):
    """A precision needs its date: send the date too, or leave the precision out."""


class SameDueDate(Refusal):
    """The due date is {due_on} already."""


# Anchors.


class QuoteNotFound(Refusal):
    """The quote {exact!r} does not occur in the source's snapshot. Copy it from the text to the letter."""


class QuoteAmbiguous(Refusal):
    """The quote {exact!r} occurs {times} times in the snapshot, at {places}.
    Send the words before it (prefix), after it (suffix), or its position (start).
    """


class QuoteOutside(Refusal):
    """The quote's position {start} to {end} does not fit its length, {length}, or lies outside the snapshot's {size}."""


class NothingToAnchor(Refusal):
    """A quote's position can be given only where the source has a snapshot."""


class WrongFingerprint(Refusal):
    """The text's SHA-256 is {actual}, not {stated}: this is not the text that you mean."""


class WrongLength(Refusal):
    """The text has {actual}, not {stated}: this is not the text that you mean."""


class NoFingerprint(Refusal):
    """A snapshot needs its text, or the text's sha256 and length."""
