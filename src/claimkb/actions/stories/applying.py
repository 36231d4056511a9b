"""How are records changed to what a story says? By the ordinary updates, which have their rules and write the history."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from claimkb.actions import claimants, claims, collections, memberships, predictions, sources
from claimkb.actions.stories.differing import Difference
from claimkb.actions.stories.recording import Recording, Taken
from claimkb.actions.work import Work
from claimkb.domain import Claim, Claimant, Collection, Membership, Prediction, Source
from claimkb.domain.record import Record, Update
from claimkb.domain.refusals import Forbidden, Refusal

REASON = "As the story says."

_UPDATES: dict[type[Record], tuple[Callable[[Work, Any], Record], type[Update], str]] = {
    Source: (sources.update_source, sources.UpdateSource, "source_id"),
    Claimant: (claimants.update_claimant, claimants.UpdateClaimant, "claimant_id"),
    Membership: (memberships.update_membership, memberships.UpdateMembership, "membership_id"),
    Collection: (collections.update_collection, collections.UpdateCollection, "collection_id"),
    Claim: (claims.update_claim, claims.UpdateClaim, "claim_id"),
    Prediction: (predictions.update_prediction, predictions.UpdatePrediction, "prediction_id"),
}
"""The action that changes each kind, its command, and the field for the record."""


def can_be_applied(difference: Difference) -> bool:
    """Tell whether an ordinary update changes a field. Dates are moved, appearances stay, and erased words do not come back."""
    update = _UPDATES.get(difference.taken.step.kind)
    return update is not None and difference.field in update[1].model_fields and not difference.is_erased


def apply(work: Work, recording: Recording, found: list[Difference]) -> tuple[list[Difference], list[Difference]]:
    """Change the records that differ, as far as an update can; return the differences that are gone, and those that stay."""
    applied: list[Difference] = []
    for taken, group in groupby(filter(can_be_applied, found), lambda each: each.taken):
        differences = list(group)
        try:
            _update(work, taken, {each.field for each in differences})
        except Forbidden:
            raise
        except Refusal as refusal:
            recording.refuse(taken.step, refusal)
        else:
            applied += differences
    return applied, [each for each in found if not can_be_applied(each)]


def _update(work: Work, taken: Taken, fields: set[str]) -> None:
    """Change some fields of a record to what the story says."""
    action, command, id_field = _UPDATES[taken.step.kind]
    dates = {name.removesuffix("_precision") for name in fields if name.endswith("_precision")}
    wanted = fields | dates | {f"{name}_precision" for name in fields if f"{name}_precision" in taken.command.model_fields_set}
    said = {name: getattr(taken.command, name) for name in wanted}
    action(work, command(**{id_field: taken.record.id}, **said, reason=REASON))
