"""Which command shows what was changed? It asks the list of revisions that the API has; at the terminal none is private."""

from datetime import date
from typing import Annotated

import typer

from claimkb.actions.work import camel
from claimkb.cli import tables
from claimkb.cli.acting import input_of
from claimkb.cli.finding import After, First, begin
from claimkb.cli.reading import AsJson, dated, open_current_desk, print_page
from claimkb.cli.tables import Row
from claimkb.domain import Erasure, Revision
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id
from claimkb.domain.revision import changes
from claimkb.store import revisions
from claimkb.store.engine import paging, relationships
from claimkb.store.engine.relationships import Relationship
from claimkb.store.revisions import RevisionFilter


def history(
    record: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Of this record, of whatever kind; of all if left out.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Of records of this kind, such as Prediction; may be repeated.")
    ] = None,
    action: Annotated[
        list[str] | None, typer.Option(metavar="VERB", help="By this verb, such as resolvePrediction; may be repeated.")
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="By this person or program, as the history names them.")] = None,
    since: Annotated[date | None, dated("Made on this day or later.")] = None,
    until: Annotated[date | None, dated("Made before this day.")] = None,
    corrections: Annotated[
        bool | None, typer.Option("--corrections/--no-corrections", help="That changed what was settled, or did not.")
    ] = None,
    first: First = 20,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """List what was changed, by whom and why, the newest first."""
    desk = open_current_desk()
    wanted = input_of(
        RevisionFilter,
        record_id=record,
        record_type=kind or None,
        action=action or None,
        recorded_by=by,
        since=begin(since, desk),
        until=begin(until, desk),
        corrects=corrections,
    )
    with desk.database.read() as session:
        select = revisions.matching(wanted)
        page = paging.page(session, select, revisions.ordered(None), paging.Slice(first=first, after=after))
        total = paging.count(session, select)
        erased = relationships.ones(session, Relationship(Erasure), [row.erasure_id for row in page.rows])
        rows = [_described(row, erasure) for row, erasure in zip(page.rows, erased, strict=True)]

    def show() -> None:
        entries = [_entry(row) for row in rows]
        tables.show_entries(entries, counted(total, "change"), "When", "What was done, by whom, and the record's id")

    print_page(page, total, "revisions", rows, as_json, show)


def _described(row: Revision, erasure: Erasure | None) -> Row:
    """Describe a revision for a list."""
    return {
        "recordedAt": row.recorded_at,
        "recordedBy": row.recorded_by,
        "action": row.action,
        "recordType": row.record_type,
        "recordId": global_id(row.record_type, row.record_id),
        "uuid": str(row.record_id),
        "version": row.version,
        "reason": row.reason,
        "erasure": erasure and {"erasedAt": erasure.erased_at, "reason": erasure.reason},
        "changes": [{"field": camel(name), "before": before, "after": after} for name, before, after in changes(row)],
    }


def _entry(row: Row) -> tables.Entry:
    """Write a revision for a table: of a record's first version no fields are named, as all are new."""
    fields = [", ".join(each["field"] for each in row["changes"])] if row["version"] > 1 else []
    done = f"{row['action']}, by {row['recordedBy']}"
    erasure = row["erasure"]
    gone = [f"█ erased on {erasure['erasedAt']:%Y-%m-%d}, for: {erasure['reason']}"] if erasure else []
    lines = [done, *fields, *([row["reason"]] if row["reason"] else []), *gone, row["uuid"]]
    return tables.Entry([f"{row['recordedAt']:%Y-%m-%d %H:%M}", row["recordType"]], tables.written(*lines))
