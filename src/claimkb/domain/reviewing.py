"""What is refused to who reviews a claim or an outcome, or follows a prediction on its way. All others are in refusals.py."""

from claimkb.domain.refusals import Refusal, WrongState


class NothingToFollow(WrongState):
    """This prediction is {status}: there is nothing left to follow. Reopen or restore it first."""


class AwaitsReply(WrongState):
    """{asked_of} was asked to reply until {answer_by}: record the reply, wait for that day to pass, or waive it and say why."""


class AlreadyReplied(WrongState):
    """The request to {asked_of} is answered or waived already."""


class NotProposed(WrongState):
    """This outcome is {review}; only a proposed one is confirmed or rejected."""


class NothingProposed(WrongState):
    """This prediction is {status}: no outcome is proposed for it, so there is none to confirm or reject."""


class OwnPrediction(Refusal):
    """You recorded this prediction, {author}, and at this desk somebody else resolves it."""


class OwnDecision(Refusal):
    """You proposed what stands, {author}: at this desk another person changes what it is about, or its evidence."""


class ProposerTakesNoSide(Refusal):
    """You proposed what stands, {author}: at this desk another person adds what supports or refutes it. Yours may be CONTEXT."""


class UnderWhatWasDecided(WrongState):
    """An outcome or a review of this stands: a person who may confirm ({permission}), such as an editor, changes what it means."""


class ChangesWhatWasDecided(WrongState):
    """An outcome or a review of this stands: say why the {name} changes. Every reader sees it, among the corrections."""


class ProgramConfirms(Refusal):
    """{name} is a program: what one person proposes, another person confirms."""


class OwnProposal(Refusal):
    """You proposed this outcome, {author}: at this desk another person confirms it."""


class BackwardReply(Refusal):
    """They cannot have replied on {replied_on}, before they were asked on {asked_on}."""


# A review of a claim that is not about the future.


class AboutTheFuture(WrongState):
    """A claim of the kind {kind} is about the future: record its prediction and resolve that. It takes no review."""


class CarriesPrediction(WrongState):
    """This claim carries a prediction, {id}: that is resolved, and the claim takes no review."""


class ClaimReviewed(WrongState):
    """This claim has a review, {id}, which is {state}: withdraw or reject it first. What is about the future has an outcome."""


class ReviewAwaits(WrongState):
    """A review of this claim is proposed and waits for another person: confirm it or reject it first."""


class ReviewNotProposed(WrongState):
    """This review is {state}; only a proposed one is confirmed or rejected."""


class NothingToWithdraw(WrongState):
    """This review is {state}, proposed by {author}. Withdraw one that is confirmed, or your own that waits; reject another's."""


class OwnReview(Refusal):
    """You proposed this review, {author}: at this desk another person confirms it."""


class ReviewWithoutEvidence(Refusal):
    """A review needs evidence: name at least one source, or say why there is none."""


class NoRating(Refusal):
    """A review needs a rating: send one, or the desk's own word for it."""


class NotOnTheScale(Refusal):
    """{desk_rating!r} is not on this desk's scale. Its words: {known}."""


class RatingsDisagree(Refusal):
    """On this desk's scale {desk_rating!r} means {meant}, not {rating}: send one of the two, or both as they agree."""
