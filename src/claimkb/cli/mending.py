"""Which commands put right what was recorded in error, and follow a source whose text changed?"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from claimkb.actions import claims, mending, reanchoring, sources
from claimkb.cli.acting import As, Why, carry_out, input_of
from claimkb.cli.finding import After, First
from claimkb.cli.reading import AnchorArgument, AsJson, RecordArgument, SourceArgument, open_current_desk, print_page, text_of
from claimkb.cli.tables import Entry, Row, say, show_entries, written
from claimkb.domain import AnchorProposal, Appearance, Claim, ClaimRelation, Evidence, Source
from claimkb.domain.anchoring import AnchorStatus
from claimkb.domain.quantity import counted
from claimkb.domain.record import Record
from claimkb.domain.reference import global_id
from claimkb.domain.refusals import NotFound
from claimkb.domain.retraction import called
from claimkb.store import appearances
from claimkb.store.appearances import AnchorFilter
from claimkb.store.engine import paging, records

Verb = tuple[Callable[..., Any], Any]

RETRACTED: dict[type[Record], tuple[str, Verb, Verb | None]] = {
    Claim: ("claim_id", (claims.retract_claim, claims.RetractClaim), (claims.restore_claim, claims.RestoreClaim)),
    Appearance: (
        "appearance_id",
        (mending.retract_appearance, mending.RetractAppearance),
        (mending.restore_appearance, mending.RestoreAppearance),
    ),
    Evidence: (
        "evidence_id",
        (mending.retract_evidence, mending.RetractEvidence),
        (mending.restore_evidence, mending.RestoreEvidence),
    ),
    ClaimRelation: ("relation_id", (mending.retract_relation, mending.RetractRelation), None),
    Source: ("source_id", (sources.retract_source, sources.RetractSource), (sources.restore_source, sources.RestoreSource)),
}
"""The kinds of records that are retracted: the field of their id, and the verbs to retract and to restore them."""


def retract(
    record: RecordArgument,
    reason: Why,
    undo: Annotated[bool, typer.Option("--undo", help="Stand by a retracted record again.")] = False,
    by: As = None,
) -> None:
    """Retract a claim, an appearance, evidence, a relation or a source that was recorded in error. It stays readable."""
    with open_current_desk().database.read() as session:
        kind = next((each for each in RETRACTED if records.find(session, each, record) is not None), None)
    if kind is None:
        raise NotFound("id", kind="record that can be retracted", id=str(record))
    field, retracts, restores = RETRACTED[kind]
    if undo and restores is None:
        raise typer.BadParameter("a relation comes back where the claims are related again: relateClaims.")
    action, command = restores if undo and restores is not None else retracts
    done = carry_out(action, input_of(command, **{field: record, "reason": reason}), by)
    say(f"{'Restored' if undo else 'Retracted'}: the {called(done)} {global_id(kind.__name__, record)}. {reason}")


def snapshot(
    source: SourceArgument,
    text: Annotated[Path, typer.Argument(help="The file with the text, in UTF-8; - reads the standard input.")],
    by: As = None,
) -> None:
    """Add another capture of a source's text, and find the quotes of the source again in it."""
    captured = text_of(str(text))
    command = input_of(sources.AddSnapshot, source_id=source, snapshot={"text": captured})
    added = carry_out(sources.add_snapshot, command, by)
    say(f"Added: {counted(added.length, 'character')}, SHA-256 {added.sha256}")
    with open_current_desk().database.read() as session:
        waiting = paging.count(session, appearances.to_decide(AnchorFilter(source_id=source)))
    if waiting:
        say(f"Quotes that changed and wait for a person: {waiting}. See claimkb anchors --source {source}")


def list_anchors(
    source: Annotated[str | None, typer.Option(metavar="ID", help="Of quotes from this source.")] = None,
    status: Annotated[list[AnchorStatus] | None, typer.Option(help="Found so in the newer text; may be repeated.")] = None,
    first: First = 20,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """List the quotes that changed in a newer text of their source, and wait for a person; the oldest first."""
    wanted = input_of(AnchorFilter, source_id=source, status=status or None)
    with open_current_desk().database.read() as session:
        select = appearances.to_decide(wanted)
        page = paging.page(session, select, appearances.ordered(None), paging.Slice(first=first, after=after))
        rows, total = [_described(session, each) for each in page.rows], paging.count(session, select)

    def show() -> None:
        entries = []
        for row in rows:
            lines = (f"was: {row['was']}", f"now: {row['now'] or 'gone'}", row["uuid"])
            entries.append(Entry([row["status"]], [part for line in lines for part in written(line)]))
        show_entries(entries, counted(total, "quote"), "Found", "The words before and now, and the id of the anchor")

    print_page(page, total, "anchors", rows, as_json, show)


def _described(session: Session, proposal: AnchorProposal) -> Row:
    """Describe an anchor for a list."""
    quote = records.get(session, Appearance, proposal.appearance_id)
    return {
        "id": global_id("AnchorProposal", proposal.id),
        "uuid": str(proposal.id),
        "status": proposal.status.value,
        "was": quote.quote_exact,
        "now": proposal.exact,
        "source": records.get(session, Source, quote.source_id).title,
    }


def accept_anchor(anchor: AnchorArgument, by: As = None) -> None:
    """Take the words of the newer text for a quote; the words before are kept."""
    accepted = carry_out(reanchoring.accept_anchor, reanchoring.AcceptAnchor(anchor_id=anchor), by)
    say(f"Accepted: {accepted.exact}")


def reject_anchor(anchor: AnchorArgument, reason: Why, by: As = None) -> None:
    """Do not take the words of the newer text: the quote stays in the text that it stands in."""
    carry_out(reanchoring.reject_anchor, reanchoring.RejectAnchor(anchor_id=anchor, reason=reason), by)
    say(f"Rejected. {reason}")
