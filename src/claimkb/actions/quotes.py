"""Where do the quotes of a command stand? It is looked up before the transaction: texts may be long, and writers wait in line."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from claimkb.domain import Snapshot
from claimkb.domain.anchoring import Anchors
from claimkb.domain.record import Command
from claimkb.domain.refusals import Refusal
from claimkb.store import sources


@dataclass(frozen=True)
class Quoted:
    """Words of a source, which is named by its id or by its address. Those that are placed have one place there."""

    source_id: UUID | None
    url: str | None
    exact: str
    prefix: str | None = None
    suffix: str | None = None
    start: int | None = None
    is_placed: bool = False


class Quoting(Command):
    """A command that holds quotes."""

    def quoted(self) -> Iterable[Quoted]:
        """List the quotes."""
        raise NotImplementedError


def _snapshot(session: Session, quoted: Quoted) -> Snapshot | None:
    """Find the newest snapshot of a quote's source, if it is recorded."""
    source = sources.find_by_url(session, quoted.url) if quoted.url else None
    source_id = source.id if source else quoted.source_id
    return sources.latest_snapshot(session, source_id) if source_id else None


def look_for(session: Session, command: Quoting, spend: Callable[[int], None] = lambda _: None) -> Anchors:
    """Find where the quotes of a command stand, as far as their sources are recorded. What is wrong is told by the action.

    `spend` is told beforehand how many characters are looked through, and how many are made ready for that.
    """
    anchors = Anchors()
    ordered = sorted(command.quoted(), key=lambda quoted: (str(quoted.source_id), quoted.url or ""))
    found = [(each, snapshot) for each in ordered if (snapshot := _snapshot(session, each)) is not None]
    lengths = {snapshot.id: snapshot.length for _, snapshot in found}
    spend(sum(lengths.values()) + sum(snapshot.length for _, snapshot in found))
    for each, snapshot in found:
        with suppress(Refusal):
            if each.is_placed:
                anchors.place(snapshot, each.exact, each.prefix, each.suffix, each.start)
            else:
                anchors.check_occurs(snapshot, each.exact)
        session.expire(snapshot, ["text"])  # of fifty texts, one is in memory at a time
    return anchors
