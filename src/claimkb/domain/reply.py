"""Who was asked to reply before we say how it ended? An outcome does not stand while a reply is waited for."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import Field, Index

from claimkb.domain.dates import Day, check_begun
from claimkb.domain.prediction import SETTLED, Prediction
from claimkb.domain.record import Name, Reason, Term, Versioned
from claimkb.domain.refusals import NotToCome
from claimkb.domain.reviewing import AlreadyReplied, AwaitsReply, BackwardReply, NothingToFollow


class ReplyState(Term):
    """Where a request for a reply stands. Derived from what is recorded and from today's date."""

    WAITING = "WAITING", "A reply is waited for: no outcome stands meanwhile."
    ANSWERED = "ANSWERED", "They replied."
    EXPIRED = "EXPIRED", "The day passed without a reply. That is neither a yes nor a no."
    WAIVED = "WAIVED", "We go on without it, and say why."


AskedOf = Annotated[Name, Rule(description="Who was asked, such as: the ministry's press office.")]
ReplyQuestion = Annotated[str, Rule(min_length=1, max_length=4000, description="What they were asked.")]
Reply = Annotated[str, Rule(min_length=1, max_length=8000, description="What they replied.")]
AnswerBy = Annotated[Day, Rule(description="The last day on which a reply is waited for.")]
RepliedOn = Annotated[Day, Rule(description="When they replied.")]


class ReplyRequest(Versioned, table=True):
    """Somebody was asked to reply before we say how a prediction ended, and has until a day."""

    __tablename__ = "reply_request"
    __table_args__ = (Index("ix_reply_request_prediction_id", "prediction_id", "created_at", "id"),)

    prediction_id: UUID = Field(foreign_key="prediction.id", description="The prediction.")
    asked_of: AskedOf
    asked: ReplyQuestion
    asked_on: date = Field(description="When they were asked.")
    answer_by: AnswerBy
    reply: Reply | None = None
    replied_on: RepliedOn | None = None
    waived_reason: Reason | None = Field(default=None, description="Why we go on without it.")


def state(request: ReplyRequest, today: date) -> ReplyState:
    """Tell where a request stands."""
    if request.reply is not None:
        return ReplyState.ANSWERED
    if request.waived_reason is not None:
        return ReplyState.WAIVED
    return ReplyState.WAITING if today <= request.answer_by else ReplyState.EXPIRED


def check_request(prediction: Prediction, request: ReplyRequest, today: date, newest: date) -> None:
    """Refuse to ask about what is settled, to have asked in the future, or for a reply by a day that is over."""
    if prediction.status in SETTLED:
        raise NothingToFollow("prediction_id", status=prediction.status)
    check_begun("asked_on", request.asked_on, newest)
    if request.answer_by < today:
        raise NotToCome("answer_by", day=request.answer_by, today=today)


def _check_unanswered(request: ReplyRequest) -> None:
    """Refuse what is answered or waived already."""
    if request.reply is not None or request.waived_reason is not None:
        raise AlreadyReplied("reply_request_id", asked_of=request.asked_of)


def answer(request: ReplyRequest, reply: str, replied_on: date, newest: date) -> None:
    """Record a reply, also one that came late."""
    _check_unanswered(request)
    check_begun("replied_on", replied_on, newest)
    if replied_on < request.asked_on:
        raise BackwardReply("replied_on", replied_on=replied_on, asked_on=request.asked_on)
    request.reply, request.replied_on = reply, replied_on


def waive(request: ReplyRequest, reason: str) -> None:
    """Go on without a reply."""
    _check_unanswered(request)
    request.waived_reason = reason


def check_none_waiting(requests: Iterable[ReplyRequest], field: str, today: date) -> None:
    """Refuse to let an outcome stand while a reply is waited for."""
    for request in requests:
        if state(request, today) is ReplyState.WAITING:
            raise AwaitsReply(field, asked_of=request.asked_of, answer_by=request.answer_by)
