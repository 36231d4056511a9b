"""Who may change the meaning of a record after a decision about it? A person who may confirm, for a reason; none while it waits."""

from collections.abc import Iterable, Mapping

from claimkb.domain.account import Actor
from claimkb.domain.claim import Claim
from claimkb.domain.claimant import Claimant
from claimkb.domain.evidence import Stance
from claimkb.domain.outcome import Outcome, OutcomeReview
from claimkb.domain.permissions import Permission
from claimkb.domain.policy import Policy
from claimkb.domain.prediction import Prediction
from claimkb.domain.record import Record
from claimkb.domain.refusals import AwaitsConfirmation
from claimkb.domain.review import Review, ReviewState
from claimkb.domain.reviewing import (
    ChangesWhatWasDecided,
    OwnDecision,
    ProposerTakesNoSide,
    ReviewAwaits,
    UnderWhatWasDecided,
)
from claimkb.domain.target import COLUMNS

Decision = Outcome | Review
"""A decision about a claim or a prediction: it stands, or waits for another person."""

MEANING: dict[type[Record], frozenset[str]] = {
    Claim: frozenset({"statement", "kind", "voice", "claimant_id", "on_behalf_of_id", "said_on", "said_on_precision", "is_hedged"}),
    Prediction: frozenset(
        {
            "question",
            "criteria",
            "kind",
            "checkability",
            "due_text",
            "due_basis",
            "due_reasoning",
            "likelihood_text",
            "probability",
            "answer_from",
            *COLUMNS,
        }
    ),
    Claimant: frozenset({"name", "kind"}),
}
"""The fields in which a record says what is decided about: who said what would happen by when, how surely."""


def changed_meaning(record: Record, changes: Mapping[str, object]) -> list[str]:
    """List the fields of a record's meaning that changes would change."""
    return sorted(name for name in MEANING[type(record)] & changes.keys() if changes[name] != getattr(record, name))


def waits(decision: Decision) -> bool:
    """Tell whether another person has yet to agree."""
    return decision.review is OutcomeReview.PROPOSED if isinstance(decision, Outcome) else decision.state is ReviewState.PROPOSED


def is_in_force(decision: Decision) -> bool:
    """Tell whether a decision stands, or waits for another person."""
    if isinstance(decision, Outcome):
        return decision.review in (OutcomeReview.CONFIRMED, OutcomeReview.PROPOSED)
    return decision.state in (ReviewState.CONFIRMED, ReviewState.PROPOSED)


def _check_waits_not(decision: Decision, field: str) -> None:
    """Refuse to change what another person has yet to agree with: they agree with what they read."""
    if waits(decision):
        raise (AwaitsConfirmation if isinstance(decision, Outcome) else ReviewAwaits)(field)


def check_may_change(changed: Iterable[str], decision: Decision | None, actor: Actor, reason: str | None, policy: Policy) -> None:
    """Refuse to change the meaning of what was decided about: while it waits, without a reason, and to who may not confirm.

    Where two people decide, who proposed what stands does not change it alone.
    """
    for name in changed:
        if decision is None:
            return
        _check_waits_not(decision, name)
        if not actor.may(Permission.CONFIRM) or actor.is_program:
            raise UnderWhatWasDecided(name, permission=Permission.CONFIRM)
        if not reason:
            raise ChangesWhatWasDecided("reason", name=name.replace("_", " "))
        if policy.two_person_rule and decision.proposed_by == actor.name:
            raise OwnDecision(name, author=actor.name)


def check_may_add(stance: Stance, decision: Decision | None, field: str, actor: Actor, policy: Policy) -> None:
    """Refuse evidence of a decision that waits, and, where two people decide, what weighs in it from who proposed what stands."""
    if decision is None or not is_in_force(decision):
        return
    _check_waits_not(decision, field)
    if policy.two_person_rule and stance is not Stance.CONTEXT and decision.proposed_by == actor.name:
        raise ProposerTakesNoSide("stance", author=actor.name)
