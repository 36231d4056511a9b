"""What does a person say who decides about a suggestion? Which one it is, and what of it is to be recorded otherwise.

The inputs are made of the commands that record claims, appearances and predictions, so that a field is described once.
"""

from collections.abc import Callable
from contextlib import suppress
from copy import copy
from typing import Any, Optional

from pydantic import Field as Rule
from pydantic import create_model
from pydantic.fields import FieldInfo
from sqlmodel import Session

from claimkb.actions import claimants, claims, places, predictions
from claimkb.actions.quotes import LookedUp
from claimkb.domain import Snapshot, Source
from claimkb.domain.anchoring import Anchors
from claimkb.domain.country import check_country
from claimkb.domain.policy import Policy
from claimkb.domain.record import Input, Reason
from claimkb.domain.reference import SourceId, SuggestionId
from claimkb.domain.refusals import Refusal
from claimkb.domain.suggesting import Suggested
from claimkb.domain.suggesting.asking import Asked, asked_of, effort, suggest
from claimkb.domain.suggesting.standing import NoTextKept
from claimkb.store import sources
from claimkb.store.engine import records

LEFT_OUT = "A field that is left out is as suggested, null clears it."


def _changes(name: str, said: str, command: type[Input], *without: str) -> type[Input]:
    """Make the input for what is otherwise than suggested: the fields of a command, each of which may be left out."""
    fields: dict[str, Any] = {}
    for each, field in command.model_fields.items():
        if each not in without:
            own: FieldInfo = copy(field)
            own.default = None
            fields[each] = (Optional[field.annotation], own)  # noqa: UP045 - of a variable
    return create_model(name, __base__=Input, __doc__=f"{said} {LEFT_OUT}", **fields)


TakenClaim = _changes("TakenClaimInput", "What of the claim is otherwise.", claims.RecordClaim, "appearance")
TakenAppearance = _changes(
    "TakenAppearanceInput", "What is to be said of where the claim stands.", places.Place, "source_id", "quote"
)
TakenPrediction = _changes("TakenPredictionInput", "What of the prediction is otherwise.", predictions.RecordPrediction, "claim_id")


class OfSuggestion(LookedUp):
    """Names a suggestion of the newest text of a source."""

    source_id: SourceId
    suggestion_id: SuggestionId
    statement_start: int | None = Rule(
        default=None, ge=0, description="Of a suggestion that the assistant alone has made: where its statement begins."
    )
    statement_end: int | None = Rule(
        default=None, ge=0, description="Of a suggestion that the assistant alone has made: where its statement ends."
    )

    def look_up(self, session: Session, anchors: Anchors, policy: Policy, spend: Callable[[int], None]) -> None:
        """Suggest what the newest text of the source says. What is wrong is told by the action."""
        source, snapshot = records.find(session, Source, self.source_id), sources.latest_snapshot(session, self.source_id)
        if source is not None and snapshot is not None:
            spend(effort(snapshot.length))
            with suppress(Refusal):
                suggested_of(anchors, asked_about(self, source, snapshot, policy), self)


class TakeSuggestion(OfSuggestion):
    """Which suggestion to record, and what of it otherwise than suggested."""

    claim: TakenClaim | None = Rule(default=None, description="What of the claim is otherwise.")  # type: ignore[valid-type]
    claimant: claimants.RecordClaimant | None = Rule(
        default=None, description="A new claimant to record with it, who asserts it; not used where claim.claimantId is sent."
    )
    appearance: TakenAppearance | None = Rule(default=None, description="What is to be said of where it stands.")  # type: ignore[valid-type]
    prediction: TakenPrediction | None = Rule(default=None, description="What of the prediction is otherwise.")  # type: ignore[valid-type]
    reading: int = Rule(default=0, ge=0, description="Which of the readings of its due date: 0, the likeliest, where left out.")
    country: str | None = Rule(
        default=None, max_length=2, description="The country by which its due date was read; the desk's own where left out."
    )


class RefuseSuggestion(OfSuggestion):
    """Which suggestion is not to be recorded, and perhaps why."""

    reason: Reason | None = None


def asked_about(command: OfSuggestion, source: Source, snapshot: Snapshot, policy: Policy) -> Asked:
    """Ask the text of a snapshot, by the customs of the country that a command names, or of the desk's own."""
    if snapshot.text is None:
        raise NoTextKept("source_id")
    named = command.country if isinstance(command, TakeSuggestion) else None
    return asked_of(source, snapshot.text, check_country(named) or policy.country)


def suggested_of(anchors: Anchors, asked: Asked, command: OfSuggestion) -> list[Suggested]:
    """Suggest what a text says, or what it says at a place to which the assistant has pointed.

    That is done once: it is looked up before the transaction, as the places of quotes are.
    """
    start, end = command.statement_start, command.statement_end
    if start is None or end is None:
        return anchors.once(asked, lambda: suggest(asked))
    from claimkb.domain.assisting.accepting import pointed

    at = anchors.once((asked, start, end), lambda: pointed(asked, start, end))
    return [] if at is None else [at]
