"""Record to whom a claimant belongs."""

from pydantic import Field as Rule

from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import Claimant, Membership, membership
from claimkb.domain.dates import Day
from claimkb.domain.membership import MemberRole
from claimkb.domain.merging import check_not_merged
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, Update
from claimkb.domain.reference import ClaimantId, MembershipId
from claimkb.domain.revision import revise
from claimkb.store import memberships
from claimkb.store.engine import locks, records
from claimkb.store.engine.locks import Lock


class RecordMembership(Command):
    """Who belongs to whom, as what, and from when until when."""

    claimant_id: ClaimantId = Rule(description="Who belongs to the other, such as a minister.")
    of_id: ClaimantId = Rule(description="To whom it belongs, such as a government.")
    role: MemberRole | None = None
    from_: Day | None = Rule(default=None, description="The first day of it.")
    until: Day | None = Rule(default=None, description="The last day of it; left out while it lasts.")


class UpdateMembership(Update):
    """What to change of a membership: a field that is left out is kept, null clears it."""

    membership_id: MembershipId
    role: MemberRole | None = None
    from_: Day | None = Rule(default=None, description="The first day of it.")
    until: Day | None = Rule(default=None, description="The last day of it.")
    is_retracted: bool | None = Rule(
        default=None, description="True: we no longer stand by it, for the reason that is given. False: we do again."
    )


_COLUMNS = {"from_": "from_on", "until": "until_on"}
"""The columns of fields that have another name."""


def _check(work: Work, changed: Membership) -> None:
    """Refuse a membership that cannot be, or that is there already."""
    stands = changed.retracted_at is None
    belongs_already = stands and memberships.belongs(work.session, changed.of_id, changed.claimant_id, but=changed.id)
    membership.check(changed, belongs_already=belongs_already)
    if stands:
        refuse_again("membership", memberships.find(work.session, changed), "role")


@needs(Permission.RECORD)
def record_membership(work: Work, command: RecordMembership) -> Membership:
    """Record that a claimant belongs to another: a minister to a government, a party to a coalition."""
    locks.hold(work.session, Lock.RELATING)
    for field in ("claimant_id", "of_id"):
        check_not_merged(records.get_to_name(work.session, Claimant, getattr(command, field), field), field)
    given = {_COLUMNS.get(name, name): value for name, value in command}
    recorded = Membership(id=work.new_id(), **given)
    _check(work, recorded)
    return work.add(recorded)


@needs(Permission.UPDATE)
def update_membership(work: Work, command: UpdateMembership) -> Membership:
    """Correct what is recorded of a membership, or retract it. What was there before stays in the history."""
    locks.hold(work.session, Lock.RELATING)
    changes = {_COLUMNS.get(name, name): value for name, value in command.changes("membership_id").items()}
    changed = work.to_change(Membership, command.membership_id, "membership_id", command.expected_version)
    changes.pop("is_retracted", None)
    with work.session.no_autoflush:
        if command.is_retracted is not None:
            membership.stand_by(changed, command.is_retracted, command.reason, work.now)
        revise(changed, changes)
        _check(work, changed)
    return changed
