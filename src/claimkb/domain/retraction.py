"""When may a record that was made in error be retracted, and restored?"""

from datetime import datetime

from claimkb.domain.quantity import counted
from claimkb.domain.record import Retractable
from claimkb.domain.refusals import AlreadyRetracted, NotRetracted, Retracted, WrongState


class SourceInUse(WrongState):
    """This source is in use by {said}: retract what uses it first, then the source."""


CALLED = {"ClaimRelation": "relation"}
"""The names of kinds of records in a sentence, where they are not the name of the class."""


def called(record: Retractable) -> str:
    """Name the kind of a record, as in a sentence."""
    name = type(record).__name__
    return CALLED.get(name, name.lower())


def retract(record: Retractable, reason: str, now: datetime, field: str) -> None:
    """Say that something was recorded in error. It stays readable. (A claimant who takes it back makes a new appearance.)"""
    if record.retracted_at is not None:
        raise AlreadyRetracted(field, kind=called(record))
    record.retracted_at, record.retracted_reason = now, reason


def restore(record: Retractable, field: str) -> None:
    """Stand by a record again that was retracted."""
    if record.retracted_at is None:
        raise NotRetracted(field, kind=called(record))
    record.retracted_at, record.retracted_reason = None, None


def check_stands(record: Retractable, field: str) -> None:
    """Refuse a record that was retracted."""
    if record.retracted_at is not None:
        raise Retracted(field, kind=called(record))


def check_unused(appearances: int, evidence: int, field: str) -> None:
    """Refuse to retract a source in which claims appear, or on which something rests."""
    said = [counted(appearances, "appearance")] if appearances else []
    said += [counted(evidence, "piece") + " of evidence"] if evidence else []
    if said:
        raise SourceInUse(field, said=" and ".join(said))
