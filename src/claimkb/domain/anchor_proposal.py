"""What becomes of a quote whose words changed in a newer snapshot? It waits for a person, who takes the new words or not."""

from typing import Annotated
from uuid import UUID

from pydantic import Field as Rule
from sqlmodel import Field, Index, text

from claimkb.domain.anchoring import Anchor, AnchorStatus
from claimkb.domain.appearance import Appearance, Exact
from claimkb.domain.record import Person, Reason, Term, Versioned
from claimkb.domain.refusals import WrongState
from claimkb.domain.source import Snapshot

ProposedStart = Annotated[int, Rule(description="Where the new words begin in the newer snapshot; null where the quote is gone.")]


class AnchorDecision(Term):
    """What became of a quote that a newer snapshot does not have to the letter."""

    WAITING = "WAITING", "Nobody has decided yet."
    ACCEPTED = "ACCEPTED", "A person took the new words: the quote is anchored in the newer snapshot."
    REJECTED = "REJECTED", "A person did not: the quote stays anchored in the snapshot that it stands in."
    OVERTAKEN = "OVERTAKEN", "It was decided otherwise: by a newer snapshot, or by a change of the quote."


_WAITING = text("decision = 'WAITING'")


class AnchorDecided(WrongState):
    """This anchor is {decision} already: there is nothing left to decide."""


class NothingToAccept(WrongState):
    """Nothing like the quote stands in the newer snapshot: reject this anchor, or put the appearance right with other words."""


class AnchorProposal(Versioned, table=True):
    """What a newer snapshot has in the place of a quote: other words, or nothing. It waits for a person to decide."""

    __tablename__ = "anchor_proposal"
    __table_args__ = (
        Index("ix_anchor_proposal_appearance_id", "appearance_id", "created_at", "id"),
        Index("ix_anchor_proposal_queue", "created_at", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("uq_anchor_proposal_waiting", "appearance_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    appearance_id: UUID = Field(foreign_key="appearance.id", description="The appearance whose quote it is about.")
    snapshot_id: UUID = Field(foreign_key="snapshot.id", index=True, description="The newer snapshot.")
    status: AnchorStatus = Field(description="FUZZY where something much like the quote stands there, ORPHAN where it is gone.")
    exact: Exact | None = Field(default=None, description="The words that stand there; null where the quote is gone.")
    start: ProposedStart | None = None
    end: int | None = Field(default=None, description="Where the new words end: the position after their last character.")
    decision: AnchorDecision = Field(default=AnchorDecision.WAITING, description="What became of it.")
    decided_by: Person | None = Field(default=None, description="Who accepted or rejected it.")
    rejected_reason: Reason | None = Field(default=None, description="Why the new words were not taken.")


def move(appearance: Appearance, snapshot: Snapshot, found: Anchor) -> None:
    """Anchor a quote in a newer snapshot: its words, what stands around them, and its place are those of that text."""
    start, end, words = found.start, found.end, snapshot.text or ""
    if start is None or end is None:
        raise NothingToAccept("anchor_id")
    if appearance.quote_prefix:
        appearance.quote_prefix = words[max(0, start - len(appearance.quote_prefix)) : start] or None
    if appearance.quote_suffix:
        appearance.quote_suffix = words[end : end + len(appearance.quote_suffix)] or None
    appearance.quote_exact = words[start:end]
    appearance.quote_start, appearance.quote_end, appearance.anchor_status = start, end, AnchorStatus.EXACT
    appearance.snapshot_id = snapshot.id


def _check_waits(proposal: AnchorProposal) -> None:
    """Refuse what was decided already."""
    if proposal.decision is not AnchorDecision.WAITING:
        raise AnchorDecided("anchor_id", decision=proposal.decision)


def accept(proposal: AnchorProposal, appearance: Appearance, snapshot: Snapshot, person: str) -> None:
    """Take the words of a newer snapshot for a quote; the words before are kept beside them."""
    _check_waits(proposal)
    if proposal.status is not AnchorStatus.FUZZY:
        raise NothingToAccept("anchor_id")
    before = appearance.quote_exact
    move(appearance, snapshot, Anchor(proposal.start, proposal.end, AnchorStatus.EXACT))
    appearance.quote_was = before
    proposal.decision, proposal.decided_by = AnchorDecision.ACCEPTED, person


def reject(proposal: AnchorProposal, appearance: Appearance, person: str, reason: str) -> None:
    """Leave a quote anchored in the snapshot that it stands in: to the newer one it is an orphan."""
    _check_waits(proposal)
    appearance.anchor_status = AnchorStatus.ORPHAN
    proposal.decision, proposal.decided_by, proposal.rejected_reason = AnchorDecision.REJECTED, person, reason


def overtake(proposal: AnchorProposal) -> None:
    """Close a proposal that waits, where it was decided otherwise."""
    _check_waits(proposal)
    proposal.decision = AnchorDecision.OVERTAKEN
