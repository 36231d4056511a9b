"""Do what is sent twice under one Idempotency-Key once."""

from collections.abc import Callable
from typing import Any, TypeVar

from claimkb import domain
from claimkb.actions.several import ChangePredictions
from claimkb.actions.work import AnyCommand, Work, permission_of
from claimkb.domain.performed import Once, check_same
from claimkb.domain.record import Record
from claimkb.store import performed
from claimkb.store.engine import records

T = TypeVar("T")


def perform_once(work: Work, once: Once, action: Callable[[Work, AnyCommand], T], command: AnyCommand) -> T:
    """Carry out an action, or find the record that it led to when it was done under this key before.

    The key is taken in the action's transaction: what is refused or killed leaves it free. An action that leads to no
    record, the scheduled job, can be repeated as it is.
    """
    work.actor.need(permission_of(action))
    known = performed.claim(work.session, work.actor.name, once, work.now)
    if known is not None:
        check_same(known, once)
        if known.kind is not None:
            kind: Any = getattr(domain, known.kind)
            if isinstance(command, ChangePredictions):
                return records.by_ids(work.session, kind, command.prediction_ids)  # type: ignore[return-value]
            found: Any = records.get(work.session, kind, known.record_id)
            return found  # type: ignore[no-any-return]
    result: Any = action(work, command)
    first = result[0] if isinstance(command, ChangePredictions) else result
    if isinstance(first, Record):
        performed.complete(work.session, work.actor.name, once, type(first).__name__, first.id)
    return result  # type: ignore[no-any-return]
