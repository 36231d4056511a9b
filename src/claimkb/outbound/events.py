"""What does the message of an event say? What happened, to which prediction, of which claim, and where to read on."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlmodel import Session

from claimkb.actions.work import camel
from claimkb.domain import Checkpoint, Claim, Claimant, Delivery, Flag, Outcome, Prediction, Revision
from claimkb.domain.announcement import Topic
from claimkb.domain.event import CLAIMED, DATES, WORDS, Event, event_of
from claimkb.domain.reference import global_id
from claimkb.store import claims
from claimkb.store.engine import records

Link = Callable[[Prediction], str]
Message = dict[str, object]

KINDS: dict[str, type[Outcome | Prediction | Claim | Checkpoint]] = {
    each.__name__: each for each in (Outcome, Prediction, Claim, Checkpoint)
}
"""The records whose changes are events."""


def written(session: Session, delivery: Delivery, link: Link) -> Message:
    """Write the message of an event, as the records stand now."""
    if delivery.topic is Topic.FLAG:
        flag = records.get(session, Flag, delivery.record_id)
        said = {"flag": _id(flag), "level": flag.level.value, "dueOn": flag.due_on.isoformat()}
        return _message(Event.FLAGGED, flag.noticed_at, _of_prediction(session, flag.prediction_id, link) | said)
    if delivery.topic is Topic.OUTCOME:
        outcome = records.get(session, Outcome, delivery.record_id)
        return _message(Event.RECORDED, outcome.recorded_at, _of_outcome(session, outcome, link))
    return _of_change(session, records.get(session, Revision, delivery.record_id), link)


def _message(event: Event, at: datetime, data: Message) -> Message:
    """Put a message together, as Standard Webhooks has it."""
    return {"type": event.value, "timestamp": at.isoformat(), "data": data}


def _of_change(session: Session, revision: Revision, link: Link) -> Message:
    """Write the message of a revision."""
    record = records.get(session, KINDS[revision.record_type], revision.record_id)
    before, after = json.loads(revision.before), json.loads(revision.after)
    event = cast(Event, event_of(record, before, after))  # else it would not have been announced
    if isinstance(record, Checkpoint):
        return _message(event, revision.recorded_at, json.loads(record.line()))
    if isinstance(record, Outcome):
        superseded = records.get(session, Outcome, record.supersedes_id) if event is Event.SUPERSEDED else None
        data = _of_outcome(session, superseded or record, link)
        return _message(event, revision.recorded_at, data | ({"supersededBy": _id(record)} if superseded else {}))
    if isinstance(record, Prediction):
        data, told = _of_prediction(session, record.id, link), DATES | WORDS
    else:
        data, told = _of_claim(session, record, records.find(session, Prediction, record.next_prediction_id), link), CLAIMED
    changes = {
        camel(name): {"before": _outside(name, before.get(name)), "after": _outside(name, after[name])}
        for name in sorted(told & after.keys())
    }
    return _message(event, revision.recorded_at, data | {"reason": revision.reason, "changes": changes})


def _id(record: Flag | Outcome | Prediction | Claim) -> str:
    """Write the id of a record for the outside."""
    return global_id(type(record).__name__, record.id)


def _outside(name: str, value: Any) -> Any:
    """Write the value of a field for the outside: all that these records refer to by an id are claimants."""
    return global_id("Claimant", value) if value and name.endswith("_id") else value


def _of_claim(session: Session, claim: Claim, prediction: Prediction | None, link: Link) -> Message:
    """Write a claim and the prediction that is part of it."""
    claimant = records.find(session, Claimant, claim.claimant_id)
    said: Message = {"claim": _id(claim), "statement": claim.statement, "claimant": claimant and claimant.name}
    if prediction is None:
        return said
    return said | {
        "prediction": _id(prediction),
        "question": prediction.question,
        "criteria": prediction.criteria,
        "status": prediction.status.value,
        "dueOn": prediction.due_on and prediction.due_on.isoformat(),
        "url": link(prediction),
    }


def _of_prediction(session: Session, prediction_id: UUID, link: Link) -> Message:
    """Write a prediction and the claim that it is part of."""
    prediction = records.get(session, Prediction, prediction_id)
    return _of_claim(session, records.get(session, Claim, prediction.claim_id), prediction, link)


def _of_outcome(session: Session, outcome: Outcome, link: Link) -> Message:
    """Write an outcome, its reasons and its evidence."""
    return _of_prediction(session, outcome.prediction_id, link) | {
        "outcome": _id(outcome),
        "verdict": outcome.verdict.value,
        "review": outcome.review.value,
        "occurredOn": outcome.occurred_on and outcome.occurred_on.isoformat(),
        "rationale": outcome.rationale,
        "noEvidenceReason": outcome.no_evidence_reason,
        "evidence": [
            {"title": source.title, "url": source.url, "quote": evidence.quote, "stance": evidence.stance.value}
            for evidence, source in claims.evidence_of_outcome(session, outcome.id)
        ],
        "reason": outcome.superseded_reason or outcome.rejected_reason,
        "supersedes": outcome.supersedes_id and global_id("Outcome", outcome.supersedes_id),
    }
