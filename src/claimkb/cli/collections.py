"""The commands for collections: make them, put claims in and take them out, and see how their predictions stand."""

from typing import Annotated
from uuid import UUID

import typer

from claimkb.actions import collections as actions
from claimkb.actions.work import camel
from claimkb.cli import tables
from claimkb.cli.acting import As, Why, carry_out, input_of
from claimkb.cli.reading import AsJson, CollectionArgument, id_of, open_current_desk, print_json, print_page
from claimkb.cli.tables import Row, say
from claimkb.domain import Collection
from claimkb.domain.collection import CollectionKind
from claimkb.domain.collection_summary import CollectionSummary
from claimkb.domain.quantity import counted
from claimkb.domain.reference import global_id
from claimkb.store import collection_summaries, collections
from claimkb.store.collections import CollectionFilter
from claimkb.store.engine import paging, records

collection_app = typer.Typer(help="Collections: claims that belong together under a name.", no_args_is_help=True)

COUNTS = ("yes", "no", "partial", "unclear", "annulled", "unchecked", "not_yet_due", "undated")

Claims = Annotated[
    list[UUID],
    typer.Argument(metavar="CLAIM...", parser=id_of("Claim"), help="The ids of the claims, as claimkb claims shows them."),
]
NoteOption = Annotated[str | None, typer.Option(help="What a colleague should know about it.")]


@collection_app.command("create", epilog="Example: claimkb collection create 'The ten-point plan' --kind TRACKER")
def create_collection(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    kind: Annotated[CollectionKind, typer.Option(help="What holds it together.")],
    note: NoteOption = None,
    by: As = None,
) -> None:
    """Make a collection: a topic, a story, or a tracker of promises."""
    made = carry_out(actions.create_collection, input_of(actions.CreateCollection, name=name, kind=kind, note=note), by)
    say(f"Made {made.name}, {made.kind}: {made.id}")


@collection_app.command("update", epilog="Example: claimkb collection update ID --name 'The plan of 2024' --reason 'So it says.'")
def update_collection(
    collection: CollectionArgument,
    name: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    kind: Annotated[CollectionKind | None, typer.Option(help="What holds it together.")] = None,
    note: NoteOption = None,
    reason: Annotated[str | None, typer.Option(help="Why, for those who read the history.")] = None,
    expected_version: Annotated[int | None, typer.Option(min=1, help="Refuse if the collection is not at this version.")] = None,
    by: As = None,
) -> None:
    """Change what a collection is called or what it is; what is left out is kept."""
    given = {"name": name, "kind": kind, "note": note, "reason": reason, "expected_version": expected_version}
    changed = carry_out(actions.update_collection, input_of(actions.UpdateCollection, collection_id=collection, **given), by)
    say(f"It is {changed.name}, {changed.kind}, at version {changed.version} now.")


@collection_app.command("add", epilog="Example: claimkb collection add ID CLAIM CLAIM")
def add(
    collection: CollectionArgument,
    claims: Claims,
    note: Annotated[str | None, typer.Option(help="What a colleague should know about why they are in it.")] = None,
    by: As = None,
) -> None:
    """Put claims into a collection: all of them, or none."""
    command = input_of(actions.AddToCollection, collection_id=collection, claim_ids=claims, note=note)
    say(f"{counted(len(claims), 'claim')} put into {carry_out(actions.add_to_collection, command, by).name}.")


@collection_app.command("remove", epilog="Example: claimkb collection remove ID CLAIM --reason 'It is of another plan.'")
def remove(collection: CollectionArgument, claims: Claims, reason: Why, by: As = None) -> None:
    """Take claims out of a collection: all of them, or none. Who put them in stays in the history."""
    command = input_of(actions.RemoveFromCollection, collection_id=collection, claim_ids=claims, reason=reason)
    say(f"{counted(len(claims), 'claim')} taken out of {carry_out(actions.remove_from_collection, command, by).name}.")


def _described(collection: Collection, summary: CollectionSummary) -> Row:
    """Write a collection and its summary for programs, in the names of the API."""
    names = ("predictions", *COUNTS, "claims_without_prediction")
    return {
        "id": global_id("Collection", collection.id),
        "uuid": str(collection.id),
        "name": collection.name,
        "kind": collection.kind.value,
        "line": summary.line,
        **{camel(name): getattr(summary, name) for name in names},
        "asOf": summary.as_of,
    }


@collection_app.command("list", epilog="Example: claimkb collection list --kind TRACKER")
def list_collections(
    kind: Annotated[list[CollectionKind] | None, typer.Option(help="Of this kind; may be repeated.")] = None,
    text: Annotated[str | None, typer.Option(help="With this text in name or note.")] = None,
    first: Annotated[int, typer.Option(min=1, max=100, help="How many to show.")] = 20,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on after the row with this cursor.")] = None,
    as_json: AsJson = False,
) -> None:
    """List collections by name, and say of each how its predictions stand."""
    desk = open_current_desk()
    with desk.database.read() as session:
        select = collections.matching(input_of(CollectionFilter, kind=kind or None, text=text))
        page = paging.page(session, select, collections.ordered(None), paging.Slice(first=first, after=after))
        summaries = collection_summaries.by_collections(session, [each.id for each in page.rows], desk.today())
        total = paging.count(session, select)
    rows = [_described(each, summary) for each, summary in zip(page.rows, summaries, strict=True)]

    def show() -> None:
        entries = [tables.Entry([row["kind"]], tables.written(row["name"], row["line"], row["uuid"])) for row in rows]
        tables.show_entries(entries, counted(total, "collection"), "Kind", "Name, how it stands, and its id")

    print_page(page, total, "collections", rows, as_json, show)


@collection_app.command("show", epilog="Example: claimkb collection show ID --json")
def show_collection(collection: CollectionArgument, as_json: AsJson = False) -> None:
    """Say how the predictions of a collection stand, in a sentence and in numbers."""
    desk = open_current_desk()
    with desk.database.read() as session:
        found = records.get(session, Collection, collection)
        (summary,) = collection_summaries.by_collections(session, [found.id], desk.today())
    if as_json:
        print_json(_described(found, summary))
        return
    say(f"{found.name} ({found.kind}) as of {summary.as_of}:")
    say(summary.line)
    tables.show_plain([{"predictions": name.replace("_", " "), "count": getattr(summary, name)} for name in COUNTS], "Counts")
    say(f"{counted(summary.claims_without_prediction, 'claim')} without a prediction.")
