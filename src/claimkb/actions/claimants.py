"""Record who asserts."""

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs
from claimkb.domain import Claimant
from claimkb.domain.claimant import ClaimantKind, Office
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Name, Note, Order
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import AlreadyRecorded
from claimkb.store import claimants


class RecordClaimant(Order):
    """What to record of somebody who asserts."""

    name: Name
    kind: ClaimantKind = Rule(description="What sort of claimant it is.")
    office: Office | None = None
    note: Note | None = None


@needs(Permission.RECORD)
def record_claimant(work: Work, order: RecordClaimant) -> Claimant:
    """Record somebody who asserts: a person, an organisation, a government, or an unnamed group."""
    known = claimants.find_by_name(work.session, order.name, order.kind)
    if known:
        advice = "Use that one, or add to the name what tells the two apart."
        raise AlreadyRecorded("name", kind="claimant", id=global_id("Claimant", known.id), advice=advice)
    return work.add(Claimant(**order.model_dump()))
