"""Take a suggestion, or refuse it: a person decides.

`commands` says what a person may say, `drafting` as what a suggestion is recorded where they say nothing.
"""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from claimkb.actions import claimants, claims, predictions
from claimkb.actions.suggestions import drafting
from claimkb.actions.suggestions.commands import OfSuggestion, RefuseSuggestion, TakeSuggestion, asked_about, suggested_of
from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Claim, Source, SuggestionRefusal
from claimkb.domain.claim import ClaimKind, Voice
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, Input, plain
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import within
from claimkb.domain.retraction import check_stands
from claimkb.domain.several import Several
from claimkb.domain.story import Unfit
from claimkb.domain.suggesting import Speaker, standing
from claimkb.domain.suggesting.standing import (
    NoSuchSuggestion,
    NoTextKept,
    NothingPredicted,
    SpeakerNotKnown,
    SuggestionTaken,
    id_of,
)
from claimkb.store import sources, suggestions
from claimkb.store.engine import locks, records

__all__ = ["RefuseSuggestion", "TakeSuggestion", "refuse_suggestion", "take_suggestion"]

C = TypeVar("C", bound=Command)


class _Found:
    """The suggestion that a command names, with its source and its text."""

    def __init__(self, work: Work, command: OfSuggestion) -> None:
        self.source = records.get_in_use(work.session, Source, command.source_id, "source_id")
        check_stands(self.source, "source_id")
        snapshot = sources.latest_snapshot(work.session, command.source_id)
        if snapshot is None:
            raise NoTextKept("source_id")
        self.snapshot, sha256 = snapshot, snapshot.sha256
        self.asked = asked_about(command, self.source, snapshot, work.policy)
        locks.hold_alike(work.session, f"suggestions of {sha256}")  # so that nobody else decides about it meanwhile
        found = suggested_of(work.anchors, self.asked, command)
        named = next((each for each in found if id_of(sha256, each.statement) == command.suggestion_id), None)
        if named is None:
            raise NoSuchSuggestion("suggestion_id")
        self.suggested = named

    def claim(self, work: Work) -> Claim | None:
        """Find the claim that is recorded of it."""
        placed = suggestions.taken(work.session, {self.source.id: self.snapshot})
        return standing.claim_of(placed.get(self.source.id, []), self.suggested)


def _given(changes: Input | None) -> dict[str, Any]:
    """Return the fields that a person sent."""
    return {} if changes is None else {name: getattr(changes, name) for name in changes.model_fields_set}


def _command(kind: type[C], said: Mapping[str, Any]) -> C:
    """Make a command of what was suggested and changed; refuse what does not fit, each at its place."""
    try:
        return kind.model_validate({name: value for name, value in said.items() if value is not None})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
    mistakes = [Unfit(*each["loc"], said=plain(each["type"], each["msg"])) for each in wrong]
    raise mistakes[0] if len(mistakes) == 1 else Several(*mistakes)


def _known(work: Work, speaker: Speaker) -> UUID:
    """Find the claimant whom the sentence names; refuse to guess."""
    if speaker.is_guess:
        raise SpeakerNotKnown("claim", "claimant_id", name=speaker.name, trouble="that is a guess")
    known = suggestions.named(work.session, speaker.name)
    if known is None:
        raise SpeakerNotKnown("claim", "claimant_id", name=speaker.name, trouble="no one claimant is recorded under that name")
    return known.id


def _who(work: Work, command: TakeSuggestion, speaker: Speaker | None, given: Mapping[str, Any]) -> UUID | None:
    """Choose who asserts it: whom the person says, else whom the sentence names, if that is one known claimant."""
    said: UUID | None = given.get("claimant_id")
    if said is None and command.claimant is not None:
        with within("claimant"):
            return claimants.record_claimant(work, command.claimant).id
    if "claimant_id" in given or given.get("voice") is Voice.UNATTRIBUTED or speaker is None:
        return said
    return _known(work, speaker)


def _claim(work: Work, command: TakeSuggestion, found: _Found) -> Claim:
    """Record the claim of a suggestion, and where it stands."""
    given = _given(command.claim)
    claimant_id = _who(work, command, found.suggested.claimant, given)
    said = drafting.claim_of(found.source, found.asked, found.suggested, claimant_id)
    if "said_on" in given:
        del said["said_on_precision"]
    with within("claim"):
        claim = claims.record_claim(work, _command(claims.RecordClaim, {**said, **given, "claimant_id": claimant_id}))
    place = drafting.place_of(found.source, found.asked, found.suggested)
    with within("appearance"):
        claims.add_appearance(work, _command(claims.AddAppearance, {**place, **_given(command.appearance), "claim_id": claim.id}))
    return claim


@needs(Permission.RECORD)
def take_suggestion(work: Work, command: TakeSuggestion) -> Claim:
    """Record what a text says as it was suggested, with what a person changed: claim, appearance and prediction, in one
    transaction. What is left out comes from the suggestion. Only a claim of the kind PREDICTION or PROMISE gets a prediction.
    """
    found = _Found(work, command)
    refuse_again("claim", found.claim(work), "suggestion_id", "It was taken from this suggestion.")
    reading = drafting.chosen_reading(found.suggested, command.reading)
    claim = _claim(work, command, found)
    if claim.kind not in (ClaimKind.PREDICTION, ClaimKind.PROMISE):
        if command.prediction is not None:
            raise NothingPredicted("prediction")
        return claim
    given = _given(command.prediction)
    said = drafting.prediction_of(found.suggested, reading, given)
    with within("prediction"):
        order = _command(predictions.RecordPrediction, {**said, **given, "claim_id": claim.id})
        predictions.record_prediction(work, order)
    return claim


@needs(Permission.RECORD)
def refuse_suggestion(work: Work, command: RefuseSuggestion) -> SuggestionRefusal:
    """Say that a suggestion is not to be recorded. That is remembered for its text: it is listed as REFUSED, and may still be
    taken.
    """
    found = _Found(work, command)
    claim, sha256 = found.claim(work), found.snapshot.sha256
    if claim is not None:
        raise SuggestionTaken("suggestion_id", id=global_id("Claim", claim.id))
    known = suggestions.refused(work.session, [sha256]).get(sha256, [])
    refuse_again("refusal", standing.refusal_of(known, found.suggested), "suggestion_id")
    statement = found.suggested.statement
    return work.add(
        SuggestionRefusal(snapshot_id=found.snapshot.id, start=statement.start, end=statement.end, reason=command.reason)
    )
