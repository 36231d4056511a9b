"""Look after a prediction until its day: say who does, note how it goes, and ask for a reply."""

from pydantic import Field as Rule

from claimkb.actions.accounts import open_account
from claimkb.actions.several import ChangePredictions, change_each
from claimkb.actions.work import Work, needs
from claimkb.domain import Prediction, ProgressNote, ReplyRequest, Source, reply
from claimkb.domain.account import AccountName
from claimkb.domain.permissions import Permission
from claimkb.domain.progress import NotedOn, Progress, ProgressText, check_followed
from claimkb.domain.record import Command, ExpectedVersion, Reason
from claimkb.domain.reference import PredictionId, ReplyRequestId, SourceId
from claimkb.domain.reply import AnswerBy, AskedOf, RepliedOn, Reply, ReplyQuestion, check_request
from claimkb.domain.several import Mistakes
from claimkb.store.engine import records


class AssignPrediction(Command):
    """Who is to look after a prediction."""

    prediction_id: PredictionId
    assignee: AccountName | None = Rule(description="The name of an open account; null for nobody.")
    reason: Reason | None = None
    expected_version: ExpectedVersion | None = None


class AssignPredictions(ChangePredictions):
    """Who is to look after some predictions."""

    assignee: AccountName | None = Rule(description="The name of an open account; null for nobody.")
    reason: Reason | None = None


class NoteProgress(Command):
    """What was seen of a prediction on the way."""

    prediction_id: PredictionId
    progress: Progress = Rule(description="How it looks.")
    text: ProgressText
    noted_on: NotedOn | None = Rule(default=None, description="The day for which it holds; today if left out.")
    source_id: SourceId | None = Rule(default=None, description="Where it was published.")


class RequestReply(Command):
    """Whom to wait for before an outcome stands, and until when."""

    prediction_id: PredictionId
    asked_of: AskedOf
    asked: ReplyQuestion
    answer_by: AnswerBy
    asked_on: AnswerBy | None = Rule(default=None, description="When they were asked; today if left out.")


class RecordReply(Command):
    """What somebody replied who was asked."""

    reply_request_id: ReplyRequestId
    reply: Reply
    replied_on: RepliedOn | None = Rule(default=None, description="When they replied; today if left out.")
    expected_version: ExpectedVersion | None = None


class WaiveReply(Command):
    """Which reply not to wait for any more, and why."""

    reply_request_id: ReplyRequestId
    reason: Reason
    expected_version: ExpectedVersion | None = None


def _assignee(work: Work, name: str | None) -> str | None:
    """Return the name of the open account that is meant; None for nobody."""
    return None if name is None else open_account(work.session, name, "assignee").name


@needs(Permission.ASSIGN)
def assign_prediction(work: Work, command: AssignPrediction) -> Prediction:
    """Say who looks after a prediction: they are told when its day has come."""
    prediction = work.to_change(Prediction, command.prediction_id, "prediction_id", command.expected_version)
    prediction.assignee = _assignee(work, command.assignee)
    return prediction


@needs(Permission.ASSIGN)
def assign_predictions(work: Work, command: AssignPredictions) -> list[Prediction]:
    """Say who looks after some predictions, all of them or none: every one that cannot be assigned is told at its place."""
    mistakes, assignee = Mistakes(), None
    with mistakes.at():
        assignee = _assignee(work, command.assignee)

    def assign(prediction: Prediction) -> None:
        prediction.assignee = assignee

    return change_each(work, command, assign, mistakes)


@needs(Permission.RECORD)
def note_progress(work: Work, command: NoteProgress) -> ProgressNote:
    """Note what was seen of a prediction on the way. That is no answer: it waits as before."""
    prediction = records.get(work.session, Prediction, command.prediction_id, "prediction_id")
    if command.source_id is not None:
        records.get(work.session, Source, command.source_id, "source_id")
    noted_on = command.noted_on or work.today
    check_followed(prediction, noted_on, work.newest_day)
    return work.add(ProgressNote(**command.model_dump(exclude={"noted_on"}), noted_on=noted_on))


@needs(Permission.RECORD)
def request_reply(work: Work, command: RequestReply) -> ReplyRequest:
    """Record that somebody was asked to reply. Until they do, or the day has passed, or it is waived, no outcome stands."""
    prediction = work.to_change(Prediction, command.prediction_id, "prediction_id", None)
    request = ReplyRequest(**command.model_dump(exclude={"asked_on"}), asked_on=command.asked_on or work.today)
    check_request(prediction, request, work.today, work.newest_day)
    return work.add(request)


@needs(Permission.RECORD)
def record_reply(work: Work, command: RecordReply) -> ReplyRequest:
    """Record what somebody replied, also when it came late."""
    request = work.to_change(ReplyRequest, command.reply_request_id, "reply_request_id", command.expected_version)
    reply.answer(request, command.reply, command.replied_on or work.today, work.newest_day)
    return request


@needs(Permission.WAIVE)
def waive_reply(work: Work, command: WaiveReply) -> ReplyRequest:
    """Go on without a reply that was asked for."""
    request = work.to_change(ReplyRequest, command.reply_request_id, "reply_request_id", command.expected_version)
    reply.waive(request, command.reason)
    return request
