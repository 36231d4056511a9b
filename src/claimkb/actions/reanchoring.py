"""Find the quotes of a source again in a newer snapshot, and decide what becomes of those that changed."""

from claimkb.actions.work import Work, needs, refuse_again
from claimkb.domain import AnchorProposal, Appearance, Snapshot, Source
from claimkb.domain import anchor_proposal as rules
from claimkb.domain.anchoring import Anchor, AnchorStatus
from claimkb.domain.drift import find_again
from claimkb.domain.permissions import Permission
from claimkb.domain.record import Command, ExpectedVersion, Reason
from claimkb.domain.reference import AnchorProposalId
from claimkb.domain.retraction import check_stands
from claimkb.store import appearances, claims, sources
from claimkb.store.engine import records


class AcceptAnchor(Command):
    """Which anchor to take: the quote then has the words of the newer snapshot."""

    anchor_id: AnchorProposalId
    expected_version: ExpectedVersion | None = None


class RejectAnchor(AcceptAnchor):
    """Which anchor not to take, and why: the quote stays in the snapshot that it stands in."""

    reason: Reason


def find_quotes_again(work: Work, source: Source, newer: Snapshot) -> None:
    """Look for each quote of a source in its newest snapshot. What stands there to the letter is anchored there; the rest waits.

    The source is locked: no quote is added meanwhile.
    """
    newest = sources.latest_snapshot(work.session, source.id)
    if newest is not None and newest.id == newer.id:
        find_again_in(work, newer, appearances.anchored(work.session, source.id, to_change=True))


def find_again_in(work: Work, newer: Snapshot, placed: list[Appearance]) -> None:
    """Look in the newest snapshot of their source for quotes that have a place; not for those that are anchored in it."""
    quotes = [each for each in placed if each.quote_start is not None and each.snapshot_id not in (None, newer.id)]
    if not quotes or newer.text is None:
        return
    overtake(work, *quotes)
    older = sources.snapshots(work.session, {each.snapshot_id for each in quotes if each.snapshot_id})
    taken: set[tuple[object, int | None]] = set()
    for quote in sorted(quotes, key=lambda each: str(each.snapshot_id)):  # so that each older text is read once
        found = find_again(work.anchors, quote, older[quote.snapshot_id], newer)
        place = (quote.claim_id, found.start)
        if found.status is AnchorStatus.EXACT and place not in taken:
            taken.add(place)
            rules.move(quote, newer, found)
        else:
            _propose(work, quote, newer, found)


def _propose(work: Work, quote: Appearance, newer: Snapshot, found: Anchor) -> None:
    """Let a quote wait for a person, with what the newer snapshot has in its place."""
    status = AnchorStatus.ORPHAN if found.start is None else AnchorStatus.FUZZY
    quote.anchor_status = status
    proposal = AnchorProposal(appearance_id=quote.id, snapshot_id=newer.id, status=status, start=found.start, end=found.end)
    proposal.exact = None if found.start is None else (newer.text or "")[found.start : found.end]
    work.add(proposal)


def overtake(work: Work, *quotes: Appearance) -> None:
    """Close what waits for a decision about quotes, because it is decided otherwise."""
    for proposal in appearances.waiting(work.session, [each.id for each in quotes]).values():
        rules.overtake(proposal)
    work.session.flush()


def _locked(work: Work, command: AcceptAnchor) -> tuple[AnchorProposal, Appearance]:
    """Fetch what a decision is about, and lock it in the order in which a newer snapshot does: source, appearance, proposal."""
    shown = records.get(work.session, AnchorProposal, command.anchor_id, "anchor_id")
    quote = records.get(work.session, Appearance, shown.appearance_id)
    records.get_in_use(work.session, Source, quote.source_id)
    quote = records.get_to_change(work.session, Appearance, shown.appearance_id)
    proposal = work.to_change(AnchorProposal, command.anchor_id, "anchor_id", command.expected_version)
    return proposal, quote


@needs(Permission.UPDATE)
def accept_anchor(work: Work, command: AcceptAnchor) -> AnchorProposal:
    """Take the words of the newer snapshot for a quote. The words before are kept, and shown as what they were."""
    proposal, quote = _locked(work, command)
    snapshot = records.get(work.session, Snapshot, proposal.snapshot_id)
    with work.session.no_autoflush:
        rules.accept(proposal, quote, snapshot, work.actor.name)
        check_stands(quote, "anchor_id")
        known = claims.find_appearance(work.session, quote)
        refuse_again("appearance", known if known is not quote else None, "anchor_id", "Reject this anchor, and retract its quote.")
    return proposal


@needs(Permission.UPDATE)
def reject_anchor(work: Work, command: RejectAnchor) -> AnchorProposal:
    """Do not take the words of the newer snapshot: the quote stays in the one that it stands in, and is an orphan to newer ones."""
    proposal, quote = _locked(work, command)
    rules.reject(proposal, quote, work.actor.name, command.reason)
    return proposal
