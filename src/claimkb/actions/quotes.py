"""Where do the quotes of a command stand? It is looked up before the transaction: texts may be long, and writers wait in line."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from claimkb.domain import Appearance, Snapshot
from claimkb.domain.anchoring import Anchors
from claimkb.domain.drift import find_again
from claimkb.domain.policy import USUAL, Policy
from claimkb.domain.record import Command
from claimkb.domain.refusals import Refusal
from claimkb.domain.source import fingerprint
from claimkb.store import appearances, sources
from claimkb.store.engine import records


@dataclass(frozen=True)
class Quoted:
    """Words of a source, which is named by its id, its address or an appearance. Those that are placed have one place there."""

    source_id: UUID | None
    url: str | None
    exact: str
    appearance_id: UUID | None = None
    prefix: str | None = None
    suffix: str | None = None
    start: int | None = None
    is_placed: bool = False


@dataclass(frozen=True)
class Captures:
    """Another capture of a source's text, in which the quotes of the source are looked for."""

    source_id: UUID | None
    text: str
    urls: tuple[str, ...] = ()
    """The addresses of the source, where its id is not told: it may be none that is recorded."""

    def snapshot(self) -> Snapshot:
        """Make a snapshot of it, to look for quotes in."""
        made: Snapshot = Snapshot.model_construct(sha256=fingerprint(self.text), length=len(self.text), text=self.text)
        return made


class Capturing(Command):
    """A command that may hold another capture of a source's text."""

    def captured(self) -> Captures | None:
        """Tell which, if there is one."""
        raise NotImplementedError


class LookedUp(Command):
    """A command that needs something else of a source's text."""

    def look_up(self, session: Session, anchors: Anchors, policy: Policy, spend: Callable[[int], None]) -> None:
        """Find it, and keep it with the anchors."""
        raise NotImplementedError


class Quoting(Command):
    """A command that holds quotes."""

    def quoted(self) -> Iterable[Quoted]:
        """List the quotes."""
        raise NotImplementedError


def _snapshot(session: Session, quoted: Quoted) -> Snapshot | None:
    """Find the newest snapshot of a quote's source, if it is recorded."""
    source = sources.find_by_url(session, quoted.url) if quoted.url else None
    appearance = records.find(session, Appearance, quoted.appearance_id)
    source_id = source.id if source else appearance.source_id if appearance else quoted.source_id
    return sources.latest_snapshot(session, source_id) if source_id else None


def is_to_look(command: Command) -> bool:
    """Tell whether a command has words, or a text, that have to be looked up."""
    if isinstance(command, LookedUp) or (isinstance(command, Capturing) and command.captured() is not None):
        return True
    return isinstance(command, Quoting) and any(command.quoted())


def _recorded_at(session: Session, urls: Iterable[str]) -> UUID | None:
    """Find the source at the first of some addresses that is recorded."""
    found = (sources.find_by_url(session, each) for each in urls)
    return next((each.id for each in found if each is not None), None)


def look_again(session: Session, captures: Captures, anchors: Anchors, spend: Callable[[int], None]) -> None:
    """Find where the quotes of a source stand in another capture of its text."""
    source_id = captures.source_id or _recorded_at(session, captures.urls)
    if source_id is None:
        return
    newer = captures.snapshot()
    quotes = appearances.anchored(session, source_id)
    older = sources.snapshots(session, sorted({each.snapshot_id for each in quotes if each.snapshot_id}))
    spend(sum(each.length for each in older.values()) + newer.length * (1 + len(quotes)))
    for id_, snapshot in older.items():
        for quote in quotes:
            if quote.snapshot_id == id_:
                find_again(anchors, quote, snapshot, newer)
        session.expire(snapshot, ["text"])


def look_for(session: Session, command: Command, spend: Callable[[int], None] = lambda _: None, policy: Policy = USUAL) -> Anchors:
    """Find where the quotes of a command stand, as far as their sources are recorded. What is wrong is told by the action.

    `spend` is told beforehand how many characters are looked through, and how many are made ready for that.
    """
    anchors = Anchors()
    if isinstance(command, LookedUp):
        command.look_up(session, anchors, policy, spend)
    if isinstance(command, Capturing) and (captures := command.captured()) is not None:
        look_again(session, captures, anchors, spend)
    if not isinstance(command, Quoting):
        return anchors
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
