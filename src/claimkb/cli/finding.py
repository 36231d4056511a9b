"""Which commands find what is recorded? Each asks the questions that the API asks."""

from datetime import date
from typing import Annotated

import typer

from claimkb.cli import tables
from claimkb.cli.reading import AsJson, dated, open_current_desk, print_json
from claimkb.cli.tables import say
from claimkb.domain.prediction import Checkability, PredictionKind, PredictionStatus
from claimkb.domain.timeliness import Timeliness
from claimkb.store import paging, predictions
from claimkb.store.predictions import DateRange, PredictionFilter


def list_predictions(
    status: Annotated[list[PredictionStatus] | None, typer.Option(help="Standing at this; may be repeated.")] = None,
    timeliness: Annotated[list[Timeliness] | None, typer.Option(help="Standing to the calendar so; may be repeated.")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--not-overdue", help="Overdue, however long; or not.")] = None,
    flagged: Annotated[
        bool | None, typer.Option("--flagged/--not-flagged", help="With a flag that still applies, or without.")
    ] = None,
    kind: Annotated[PredictionKind | None, typer.Option(help="Of this kind.")] = None,
    checkability: Annotated[Checkability | None, typer.Option(help="Of this checkability.")] = None,
    claimant: Annotated[str | None, typer.Option(metavar="ID", help="Made by this claimant.")] = None,
    source: Annotated[str | None, typer.Option(metavar="ID", help="Appearing in this source.")] = None,
    byline: Annotated[str | None, typer.Option(help="Appearing in a source with exactly this byline.")] = None,
    due_from: Annotated[date | None, dated("Due on this day or later.")] = None,
    due_to: Annotated[date | None, dated("Due on this day or earlier.")] = None,
    text: Annotated[str | None, typer.Option(help="With this text in the question or the claim.")] = None,
    first: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 20,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on after the row with this cursor.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the queue: the predictions that have waited longest first."""
    span = DateRange(from_=due_from, to=due_to)
    wanted = PredictionFilter.model_validate(
        {
            "status": status or None,
            "timeliness": timeliness or None,
            "is_overdue": overdue,
            "flagged": flagged,
            "kind": kind,
            "checkability": checkability,
            "claimant_id": claimant,
            "source_id": source,
            "byline": byline,
            "due_on": span if due_from or due_to else None,
            "text": text,
        }
    )
    desk = open_current_desk()
    with desk.database.read() as session:
        select = predictions.matching(wanted, desk.today())
        page = paging.page(session, select, predictions.ordered(None), paging.Slice(first=first, after=after))
        rows, total = tables.described(session, page.rows, desk.today()), paging.count(session, select)
    if as_json:
        print_json({"total": total, "next": page.cursors[-1] if page.has_next else None, "predictions": rows})
        return
    tables.show(rows, f"{total} predictions" if total != 1 else "1 prediction")
    if page.has_next:
        say(f"More with --after {page.cursors[-1]}")
