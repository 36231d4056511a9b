"""Which records has a story, and what may it say of each? What the commands say, with keys of the story where they have ids.

The input types are made of the commands, so that a field is described once: a command that gets a field gives it to stories.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any, Optional, get_args, get_origin

from pydantic import create_model
from pydantic.fields import FieldInfo

from claimkb.actions import (
    claimants,
    claims,
    collections,
    evidence,
    memberships,
    outcomes,
    places,
    predictions,
    reviews,
    series,
    sources,
)
from claimkb.actions.work import Work
from claimkb.domain import (
    Appearance,
    Claim,
    Claimant,
    ClaimRelation,
    CollectedClaim,
    Collection,
    Evidence,
    Membership,
    Outcome,
    Prediction,
    Review,
    Series,
    Source,
)
from claimkb.domain.record import Command, Input, Record, Term, parts
from claimkb.domain.reference import RefersTo
from claimkb.domain.story import Key

Action = Callable[[Work, Any], Record]
"""Records what a command of its own kind says."""

SECTIONS: Mapping[str | None, str] = {
    "Source": "sources",
    "Claimant": "claimants",
    "Collection": "collections",
    "Claim": "claims",
}
"""The sections of a story, by the kind of record that each lists."""

LEFT_OUT = {"expected_version"}
"""The fields of commands that no story has: what it names is there already or is new."""


def section_of(field: FieldInfo) -> str | None:
    """Return the section to which a field refers; None for a field that is no reference, or to a record of another kind."""
    marks = [*field.metadata, *parts(field.annotation)[1]]
    return next((SECTIONS.get(mark.kind) for mark in marks if isinstance(mark, RefersTo)), None)


def model_in(field: FieldInfo) -> type[Input] | None:
    """Return the input that a field holds, or that its list holds; None for a plain value."""
    bare = parts(field.annotation)[0]
    bare = parts(get_args(bare)[0])[0] if get_origin(bare) is list else bare
    return bare if isinstance(bare, type) and issubclass(bare, Input) else None


@cache
def fields_of(model: type[Input]) -> Mapping[str, tuple[str | None, type[Input] | None]]:
    """List the fields of an input, each with the section to which it refers and the input that it holds."""
    return {name: (section_of(field), model_in(field)) for name, field in model.model_fields.items()}


def key_field(name: str) -> str:
    """Name the field for the key of a record, beside the one for its id."""
    return f"{name.removesuffix('_id')}_key"


def _references(name: str, field: FieldInfo) -> Iterator[tuple[str, tuple[Any, FieldInfo]]]:
    """Make the two fields by which a story names a record: by its key, or by its id."""
    said = field.description or ""
    said = f"The {said.removeprefix('The id of a ').rstrip('.')}," if said.startswith("The id of a ") else f"{said} Named"
    yield key_field(name), (Key | None, FieldInfo(default=None, description=f"{said} by its key in this story."))
    own = copy(field)
    own.default, own.description = None, f"{said} by its id, if it is not of this story."
    yield name, (Optional[field.annotation], own)  # noqa: UP045 - of a variable


def _fields(command: type[Input], without: set[str]) -> Iterator[tuple[str, tuple[Any, FieldInfo]]]:
    """List the fields of a command as a story has them. What is left out has no value, so that it is not compared."""
    for name, field in command.model_fields.items():
        if name in without | LEFT_OUT:
            continue
        if section_of(field) is not None:
            yield from _references(name, field)
            continue
        own, inner = copy(field), _IN_STORIES.get(model_in(field))
        type_: Any = field.annotation
        if inner is not None:
            type_ = Optional[list[inner]]  # type: ignore[valid-type]  # noqa: UP045 - of a variable
        if not field.is_required() and field.default is not None:
            usual = field.default if isinstance(field.default, Term) else json.dumps(field.default)
            own.default, own.description = None, f"{field.description} {usual} where left out."
            type_ = Optional[type_]  # noqa: UP045 - of a variable
        yield name, (type_, own)


def _input(name: str, command: type[Input], *without: str, is_named: bool = False, **inside: Any) -> type[Input]:
    """Make the input for a record of a story from its command."""
    fields: dict[str, Any] = {"key": (Key, FieldInfo())} if is_named else {}
    fields |= _fields(command, set(without))
    fields |= {each: (Optional[type_], FieldInfo(default=None, description=said)) for each, (type_, said) in inside.items()}  # noqa: UP045 - of a variable
    return create_model(f"{name}Input", __base__=Input, __doc__=command.__doc__, **fields)


_IN_STORIES: dict[type[Input] | None, type[Input]] = {}
"""The inputs inside commands that refer to records, as stories have them."""

StoryEvidence = _IN_STORIES[evidence.GiveEvidence] = _input("StoryEvidence", evidence.GiveEvidence, "source")
StoryAppearance = _input("StoryAppearance", places.Place)
StoryOutcome = _input("StoryOutcome", outcomes.ResolvePrediction, "prediction_id")
StoryReview = _input("StoryReview", reviews.ReviewClaim, "claim_id")
StoryRelation = _input("StoryRelation", claims.RelateClaims, "from_claim_id")
StoryPrediction = _input(
    "StoryPrediction",
    predictions.RecordPrediction,
    "claim_id",
    outcome=(
        StoryOutcome,
        "What happened, where a desk has found it already; another person confirms it under the two-person rule.",
    ),
)
StorySeries = _input("StorySeries", series.RecordSeries, "claim_id")
StorySource = _input("StorySource", sources.RecordSource, is_named=True)
StoryMembership = _input("StoryMembership", memberships.RecordMembership, "claimant_id")
StoryClaimant = _input(
    "StoryClaimant",
    claimants.RecordClaimant,
    is_named=True,
    memberships=(list[StoryMembership], "To whom it belongs."),  # type: ignore[valid-type]
)
StoryCollection = _input("StoryCollection", collections.CreateCollection, is_named=True)
StoryCollectedClaim = _input("StoryCollectedClaim", collections.CollectClaim, "claim_id")
StoryClaim = _input(
    "StoryClaim",
    claims.RecordClaim,
    "appearance",
    is_named=True,
    appearances=(list[StoryAppearance], "Where it stands in sources."),  # type: ignore[valid-type]
    evidence=(list[StoryEvidence], "What supports or refutes it."),  # type: ignore[valid-type]
    prediction=(StoryPrediction, "Its part about the future."),
    series=(StorySeries, "Its predictions of one period each, made from a rule."),
    review=(StoryReview, "What a desk has found about it, where it is not about the future."),
    collections=(list[StoryCollectedClaim], "The collections that it is in."),  # type: ignore[valid-type]
    relations=(list[StoryRelation], "How it stands to other claims: it is the one that the sentence begins with."),  # type: ignore[valid-type]
)


@dataclass(frozen=True)
class Part:
    """A kind of record of a story: where the story has it, the action that records it, and the parts inside it."""

    name: str
    kind: type[Record]
    action: Action
    command: type[Command]
    input: type[Input]
    subject: str | None = None
    """The field of the command for the record that it is part of."""
    parts: tuple["Part", ...] = ()
    is_list: bool = True


_MEMBERSHIPS = Part(
    "memberships", Membership, memberships.record_membership, memberships.RecordMembership, StoryMembership, "claimant_id"
)
_RELATIONS = Part("relations", ClaimRelation, claims.relate_claims, claims.RelateClaims, StoryRelation, "from_claim_id")
_OUTCOME = Part(
    "outcome", Outcome, outcomes.resolve_prediction, outcomes.ResolvePrediction, StoryOutcome, "prediction_id", is_list=False
)

PARTS = (
    Part("sources", Source, sources.record_source, sources.RecordSource, StorySource),
    Part("claimants", Claimant, claimants.record_claimant, claimants.RecordClaimant, StoryClaimant, parts=(_MEMBERSHIPS,)),
    Part("collections", Collection, collections.create_collection, collections.CreateCollection, StoryCollection),
    Part(
        "claims",
        Claim,
        claims.record_claim,
        claims.RecordClaim,
        StoryClaim,
        parts=(
            Part("appearances", Appearance, claims.add_appearance, claims.AddAppearance, StoryAppearance, "claim_id"),
            Part("evidence", Evidence, evidence.add_evidence, evidence.AddEvidence, StoryEvidence, "claim_id"),
            Part(
                "prediction",
                Prediction,
                predictions.record_prediction,
                predictions.RecordPrediction,
                StoryPrediction,
                "claim_id",
                parts=(_OUTCOME,),
                is_list=False,
            ),
            Part("series", Series, series.record_series, series.RecordSeries, StorySeries, "claim_id", is_list=False),
            Part("review", Review, reviews.review_claim, reviews.ReviewClaim, StoryReview, "claim_id", is_list=False),
            Part(
                "collections",
                CollectedClaim,
                collections.collect_claim,
                collections.CollectClaim,
                StoryCollectedClaim,
                "claim_id",
            ),
            _RELATIONS,
        ),
    ),
)
"""The parts of a story, in the order in which they are recorded; last those that lead from any record to any other of its kind."""

LAST = (_MEMBERSHIPS, _RELATIONS)
"""The parts that are recorded when all claimants and claims are."""
