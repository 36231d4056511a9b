"""Record who asserts."""

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Claimant
from claimkb.domain.claimant import ClaimantKind, Office
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Name, Note, Order
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
    refuse_again("claimant", known, "name", "Use that one, or add to the name what tells the two apart.")
    return work.add(Claimant(**order.model_dump()))
