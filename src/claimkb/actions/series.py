"""Record several predictions of a claim at once, one a period."""

from pydantic import Field as Rule

from claimkb.actions.predictions import RecordPrediction, hold_claim, predict
from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Series
from claimkb.domain.claim import first_said_on
from claimkb.domain.deadline import Bound, DueBound, later
from claimkb.domain.permissions import Permission
from claimkb.domain.prediction import (
    Basis,
    Checkability,
    DueReasoning,
    DueText,
    LikelihoodText,
    PredictionKind,
    Probability,
    check_due_after_claim,
)
from claimkb.domain.record import Command
from claimkb.domain.reference import ClaimId
from claimkb.domain.series import (
    AnswerAfterDays,
    CriteriaPattern,
    Every,
    QuestionPattern,
    StartsOn,
    Until,
    answer_days,
    fill,
    periods,
    questions,
)
from claimkb.domain.target import Target
from claimkb.store import series


class RecordSeries(Command):
    """From which rule to make the predictions of a claim, and what to record of each."""

    claim_id: ClaimId
    every: Every
    from_: StartsOn
    until: Until | None = Rule(default=None, description="The last day of the last period; or else give `count`.")
    count: int | None = Rule(default=None, ge=1, description="How many periods there are; or else give `until`.")
    question: QuestionPattern
    criteria: CriteriaPattern
    kind: PredictionKind | None = Rule(
        default=None, description="Whether the claimant controls it; as the claim has it where left out, else FORECAST."
    )
    checkability: Checkability = Rule(default=Checkability.RESOLVABLE, description="Whether each can be answered.")
    due_text: DueText | None = None
    due_basis: Basis | None = None
    due_reasoning: DueReasoning | None = None
    likelihood_text: LikelihoodText | None = None
    probability: Probability | None = None
    answer_after_days: AnswerAfterDays | None = None
    bound: Bound = DueBound.BY
    target: Target | None = Rule(default=None, description="The number that is predicted of each period, if it is one.")


_OF_THE_RULE = {"every", "from_", "until", "count", "question", "criteria", "answer_after_days"}
"""What differs from period to period; everything else is recorded alike of each prediction."""


@needs(Permission.RECORD)
def record_series(work: Work, command: RecordSeries) -> Series:
    """Record one prediction a period of a claim: every year, quarter, month … from a day until a day. Each is due, flagged and
    answered by itself.
    """
    claim = hold_claim(work, command.claim_id)
    found = periods(command.from_, command.every, command.until, command.count)
    answers = answer_days(found, command.answer_after_days)
    check_due_after_claim(later(found[0].last, answers[0]), first_said_on(claim), "from_")
    last = found[-1].last
    for each in series.rules_of(work.session, claim.id):
        if each.overlaps(command.every, command.from_, last):
            advice = "A claim has one series of the same periods: record another claim for another one."
            refuse_again("series", each, "claim_id", advice)
    rule = Series(
        claim_id=claim.id,
        every=command.every,
        starts_on=command.from_,
        until=last,
        question=command.question,
        criteria=command.criteria,
    )
    shared = {name: getattr(command, name) for name in RecordSeries.model_fields if name not in _OF_THE_RULE}
    orders = [
        RecordPrediction(
            **shared,
            question=question,
            criteria=fill("criteria", command.criteria, period),
            due_from=period.first,
            due_on=period.last,
            due_precision=period.precision,
            answer_from=answer_from,
        )
        for question, period, answer_from in zip(questions(command.question, found), found, answers, strict=True)
    ]
    work.add(rule)
    work.add_all([predict(work, claim, order, rule) for order in orders])
    return rule
