"""What is refused to who reviews an outcome, or follows a prediction on its way. All other refusals are in refusals.py."""

from claimkb.domain.refusals import Refusal, WrongState


class NothingToFollow(WrongState):
    """This prediction is {status}: there is nothing left to follow. Reopen or restore it first."""


class AwaitsReply(WrongState):
    """{asked_of} was asked to reply until {answer_by}: record the reply, wait for that day to pass, or waive it and say why."""


class AlreadyReplied(WrongState):
    """The request to {asked_of} is answered or waived already."""


class NotProposed(WrongState):
    """This outcome is {review}; only a proposed one is confirmed or rejected."""


class OwnPrediction(Refusal):
    """You recorded this prediction, {author}, and at this desk somebody else resolves it."""


class OwnProposal(Refusal):
    """You proposed this outcome, {author}: at this desk another person confirms it."""


class BackwardReply(Refusal):
    """They cannot have replied on {replied_on}, before they were asked on {asked_on}."""
