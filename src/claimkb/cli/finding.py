"""Which commands find what is recorded? Each asks the questions that the API asks."""

import html
import re
from datetime import date, datetime, time
from typing import Annotated

import typer
from rich.text import Text

from claimkb.actions.work import Desk
from claimkb.cli import tables
from claimkb.cli.acting import input_of
from claimkb.cli.reading import AsJson, CollectionOption, dated, open_current_desk, print_page
from claimkb.cli.typing_dates import days, typed
from claimkb.domain.claim import CheckWorthiness, ClaimKind, Voice
from claimkb.domain.claimant import ClaimantKind
from claimkb.domain.outcome import Verdict
from claimkb.domain.prediction import Checkability, PredictionKind, PredictionStatus
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id
from claimkb.domain.searching import FOUND_BY, SearchKind, text_of
from claimkb.domain.timeliness import Timeliness
from claimkb.domain.visible import visible
from claimkb.domain.wording import Sought
from claimkb.store import claims, predictions
from claimkb.store import search as store_search
from claimkb.store.claims import ClaimFilter
from claimkb.store.engine import paging
from claimkb.store.engine.conditions import DateRange
from claimkb.store.predictions import PredictionFilter

Claimants = Annotated[list[str] | None, typer.Option("--claimant", metavar="ID", help="Made by this claimant; may be repeated.")]
OnBehalfOf = Annotated[str | None, typer.Option(metavar="ID", help="Made on behalf of this claimant.")]
IncludeOnBehalf = Annotated[bool, typer.Option("--include-on-behalf", help="With --claimant: also what others said on its behalf.")]
CreatedSince = Annotated[date | None, dated("Recorded on this day or later.")]
UpdatedSince = Annotated[date | None, dated("Recorded or changed on this day or later.")]
First = Annotated[int, typer.Option(min=1, max=100, help="How many to show.")]
After = Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on after the row with this cursor.")]


def _days(first: str | None, last: str | None, desk: Desk) -> DateRange | None:
    """Make a range of days; none where neither end is given."""
    ends = first and days(first, desk).first, last and days(last, desk).last
    return DateRange(from_=ends[0], to=ends[1]) if any(ends) else None


def begin(day: date | None, desk: Desk) -> datetime | None:
    """Tell when a day begins at the desk."""
    return None if day is None else datetime.combine(day, time.min, desk.timezone)


def list_predictions(
    status: Annotated[list[PredictionStatus] | None, typer.Option(help="Standing at this; may be repeated.")] = None,
    timeliness: Annotated[list[Timeliness] | None, typer.Option(help="Standing to the calendar so; may be repeated.")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--not-overdue", help="Overdue, however long; or not.")] = None,
    flagged: Annotated[
        bool | None, typer.Option("--flagged/--not-flagged", help="With a flag that still applies, or without.")
    ] = None,
    kind: Annotated[list[PredictionKind] | None, typer.Option(help="Of this kind; may be repeated.")] = None,
    verdict: Annotated[list[Verdict] | None, typer.Option(help="Answered with this; may be repeated.")] = None,
    checkability: Annotated[Checkability | None, typer.Option(help="Of this checkability.")] = None,
    claimant: Claimants = None,
    on_behalf_of: OnBehalfOf = None,
    include_on_behalf: IncludeOnBehalf = False,
    source: Annotated[str | None, typer.Option(metavar="ID", help="Appearing in this source.")] = None,
    collection: CollectionOption = None,
    byline: Annotated[str | None, typer.Option(help="Appearing in a source with this byline.")] = None,
    target: Annotated[
        bool | None, typer.Option("--with-target/--without-target", help="With a number that is predicted, or without.")
    ] = None,
    due_from: Annotated[str | None, typed("Due on this day or later.")] = None,
    due_to: Annotated[str | None, typed("Due on this day or earlier.")] = None,
    text: Annotated[str | None, typer.Option(help="With this text in the question or the claim.")] = None,
    assignee: Annotated[str | None, typer.Option(metavar="ACCOUNT", help="That this account looks after.")] = None,
    assigned: Annotated[
        bool | None, typer.Option("--assigned/--unassigned", help="That an account looks after, whichever; or that none does.")
    ] = None,
    review_from: Annotated[str | None, typed("To be reviewed on this day or later.")] = None,
    review_to: Annotated[str | None, typed("To be reviewed on this day or earlier.")] = None,
    created_since: CreatedSince = None,
    updated_since: UpdatedSince = None,
    first: First = 20,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """List the queue: the predictions that have waited longest first."""
    desk = open_current_desk()
    wanted = input_of(
        PredictionFilter,
        status=status or None,
        timeliness=timeliness or None,
        is_overdue=overdue,
        flagged=flagged,
        kinds=kind or None,
        verdict=verdict or None,
        checkability=checkability,
        claimant_ids=claimant or None,
        on_behalf_of_id=on_behalf_of,
        include_on_behalf=include_on_behalf or None,
        source_id=source,
        collection_id=collection,
        byline=byline,
        has_target=target,
        assignee=assignee,
        is_assigned=assigned,
        due_on=_days(due_from, due_to, desk),
        review_on=_days(review_from, review_to, desk),
        created_since=begin(created_since, desk),
        updated_since=begin(updated_since, desk),
        text=text,
    )
    with desk.database.read() as session:
        select = predictions.matching(wanted, desk.today())
        page = paging.page(session, select, predictions.ordered(None), paging.Slice(first=first, after=after))
        rows, total = tables.described(session, page.rows, desk.today()), paging.count(session, select)
    print_page(page, total, "predictions", rows, as_json, lambda: tables.show(rows, counted(total, "prediction")))


def list_claims(
    kind: Annotated[list[ClaimKind] | None, typer.Option(help="Of this kind; may be repeated.")] = None,
    voice: Annotated[list[Voice] | None, typer.Option(help="Voiced so by the source; may be repeated.")] = None,
    check_worthiness: Annotated[list[CheckWorthiness] | None, typer.Option(help="Of this degree; may be repeated.")] = None,
    hedged: Annotated[bool | None, typer.Option("--hedged/--not-hedged", help="Weakened by a word such as may, or not.")] = None,
    claimant: Claimants = None,
    on_behalf_of: OnBehalfOf = None,
    include_on_behalf: IncludeOnBehalf = False,
    claimant_kind: Annotated[
        list[ClaimantKind] | None, typer.Option(help="Asserted by a claimant of this kind; may be repeated.")
    ] = None,
    source: Annotated[str | None, typer.Option(metavar="ID", help="Appearing in this source.")] = None,
    collection: CollectionOption = None,
    byline: Annotated[str | None, typer.Option(help="Appearing in a source with this byline.")] = None,
    rests_only_on: Annotated[
        str | None, typer.Option(metavar="PUBLISHER", help="With supporting evidence from this publisher and no other.")
    ] = None,
    reviewed: Annotated[
        bool | None, typer.Option("--reviewed/--not-reviewed", help="With a review that stands, or without.")
    ] = None,
    review_due: Annotated[
        bool | None, typer.Option("--review-due/--not-review-due", help="To be reviewed again by now, or not.")
    ] = None,
    retracted: Annotated[
        bool | None, typer.Option("--retracted/--not-retracted", help="Retracted as recorded in error, or not.")
    ] = None,
    created_since: CreatedSince = None,
    updated_since: UpdatedSince = None,
    text: Annotated[str | None, typer.Option(help="With this text in the statement.")] = None,
    first: First = 20,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """List claims, in the order in which they were recorded."""
    desk = open_current_desk()
    wanted = input_of(
        ClaimFilter,
        kind=kind or None,
        voice=voice or None,
        check_worthiness=check_worthiness or None,
        is_hedged=hedged,
        claimant_ids=claimant or None,
        on_behalf_of_id=on_behalf_of,
        include_on_behalf=include_on_behalf or None,
        claimant_kind=claimant_kind or None,
        source_id=source,
        collection_id=collection,
        byline=byline,
        rests_only_on=rests_only_on,
        text=text,
        reviewed=reviewed,
        review_due=review_due,
        is_retracted=retracted,
        created_since=begin(created_since, desk),
        updated_since=begin(updated_since, desk),
    )
    with desk.database.read() as session:
        select = claims.matching(wanted, desk.today())
        page = paging.page(session, select, claims.ordered(None), paging.Slice(first=first, after=after))
        rows, total = tables.described_claims(session, page.rows), paging.count(session, select)
    print_page(page, total, "claims", rows, as_json, lambda: tables.show_claims(rows, counted(total, "claim")))


def search(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS",
            help="What to look for: all words must be there. Quotes inside make a phrase; after --, -word leaves out what has it.",
        ),
    ],
    kind: Annotated[list[SearchKind] | None, typer.Option(help="Only among this kind; may be repeated.")] = None,
    first: First = 20,
    after: After = None,
    as_json: AsJson = False,
) -> None:
    """Search sources, claimants, claims, predictions and outcomes by their words. What was recorded last comes first."""
    desk, query = open_current_desk(), " ".join(words)
    with desk.database.read() as session:
        select = store_search.matching(query, kind or None, is_sqlite=desk.database.is_sqlite)
        page = paging.page(session, select, store_search.ordered(), paging.Slice(first=first, after=after))
        found, total = store_search.records_of(session, page.rows), paging.count(session, select)
        said = {entry.record_id: entry.said for entry in page.rows}
    sought = Sought(query)
    rows = [
        {
            "kind": FOUND_BY[type(record)][0].value,
            "id": global_id(type(record).__name__, record.id),
            "uuid": str(record.id),
            "snippet": sought.snippet(text_of(record), said[record.id]),
        }
        for record in found
    ]

    def show() -> None:
        entries = [tables.Entry([row["kind"]], [_marked(row["snippet"]), *tables.written(row["uuid"])]) for row in rows]
        tables.show_entries(entries, counted(total, "record"), "What", "Where it answers the search, and its id")

    print_page(page, total, "found", rows, as_json, show)


def _marked(snippet: str) -> Text:
    """Write a snippet, which is HTML, for a terminal: each hit in bold."""
    marked = Text()
    for index, part in enumerate(re.split("</?mark>", snippet)):
        marked.append(visible(html.unescape(part)), style="bold reverse" if index % 2 else "")
    return marked
