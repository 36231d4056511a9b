"""Which commands are about claimants: who has a name like this, which two are one, and who belongs to whom?"""

from datetime import date
from typing import Annotated
from uuid import UUID

import typer
from sqlmodel import Session

from claimkb.actions import claimants as actions
from claimkb.actions import memberships, merging
from claimkb.cli.acting import As, Why, carry_out, input_of
from claimkb.cli.reading import AsJson, dated, open_current_desk, print_rows
from claimkb.cli.tables import Row, say
from claimkb.domain import Claimant
from claimkb.domain.claimant import aliases_of
from claimkb.domain.questions import SeveralOfThisName, UnknownClaimant
from claimkb.domain.record import storable
from claimkb.domain.reference import RefersTo, global_id
from claimkb.store import claimants, merges
from claimkb.store.engine import records

claimant_app = typer.Typer(help="Claimants: their names, and which two are one.", no_args_is_help=True)

FEW = 5
"""How many claimants are named that may be meant."""
MOST_LIKE = 10


def read_name(given: str) -> str:
    """Read a name; refuse a text that no name can be."""
    try:
        return str(storable(given))
    except ValueError:
        raise typer.BadParameter("This is no text: write it in UTF-8.") from None


NameOrId = Annotated[
    str,
    typer.Argument(metavar="NAME", parser=read_name, help="The claimant's name or an alias, to the letter; or its id."),
]
OtherNameOrId = Annotated[
    str, typer.Argument(metavar="OTHER", parser=read_name, help="The other claimant's name or alias, to the letter; or its id.")
]
Version = Annotated[int | None, typer.Option(min=1, help="Refuse if the claimant is not at this version.")]


def claimant_of(session: Session, name: str) -> Claimant:
    """Find a claimant by its name or alias, to the letter, or by its id; refuse a name that is nobody's, or that several share."""
    found = claimants.named(session, name)
    if len(found) > 1:
        raise SeveralOfThisName(name=name, ids=", ".join(f"{each.id} ({each.kind})" for each in found))
    if found:
        return found[0]
    try:
        return records.get(session, Claimant, RefersTo("Claimant").read(name))
    except ValueError:
        near = "; ".join(each.claimant.name for each in claimants.similar(session, name, FEW))
        advice = f"Perhaps one of these: {near}." if near else "No other has a name like it."
        raise UnknownClaimant(name=name, advice=advice) from None


def _ids(*names: str) -> list[UUID]:
    """Find the ids of claimants."""
    with open_current_desk().database.read() as session:
        return [claimant_of(session, name).id for name in names]


@claimant_app.command("like", epilog="Example: claimkb claimant like 'Kassym-Jomart Tokayev'")
def like(
    name: Annotated[str, typer.Argument(metavar="NAME", parser=read_name, help="A name, in whatever spelling or script.")],
    as_json: AsJson = False,
) -> None:
    """List the claimants with a name or an alias like a name, the likeliest first."""
    with open_current_desk().database.read() as session:
        rows: list[Row] = [
            {
                "id": global_id("Claimant", each.claimant.id),
                "uuid": str(each.claimant.id),
                "name": each.claimant.name,
                "aliases": aliases_of(each.claimant),
                "score": each.score,
                "why": each.why,
            }
            for each in claimants.similar(session, name, MOST_LIKE)
        ]
    print_rows(rows, as_json, "Claimants", "No claimant has a name like it.", _shown)


def _shown(**row: object) -> Row:
    """Write a row for people."""
    return {name: "; ".join(value) if isinstance(value, list) else value for name, value in row.items() if name != "id"}


@claimant_app.command("names", epilog="Example: claimkb claimant names 'Qassym-Jomart Tokayev' --alias 'Касым-Жомарт Токаев'")
def names(
    name: NameOrId,
    alias: Annotated[list[str] | None, typer.Option(help="Another name that it has from now on; may be repeated.")] = None,
    no_longer: Annotated[list[str] | None, typer.Option(help="An alias that it has no longer; may be repeated.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why, for those who read the history.")] = None,
    by: As = None,
) -> None:
    """Give a claimant other names, and take some away; without either, list them."""
    with open_current_desk().database.read() as session:
        claimant = claimant_of(session, name)
    if alias or no_longer:
        kept = [each for each in aliases_of(claimant) if each not in (no_longer or [])]
        given = {"aliases": [*kept, *(alias or [])], "expected_version": claimant.version, "reason": reason}
        command = input_of(actions.UpdateClaimant, claimant_id=claimant.id, **given)
        claimant = carry_out(actions.update_claimant, command, by)
    also = aliases_of(claimant)
    say(f"{claimant.name}, also: {'; '.join(also)}" if also else f"{claimant.name} has no other names.")


@claimant_app.command("merge", epilog="Example: claimkb claimant merge Tokaev 'Qassym-Jomart Tokayev' --reason 'One man.'")
def merge(name: NameOrId, into: OtherNameOrId, reason: Why, expected_version: Version = None, by: As = None) -> None:
    """Say that a claimant is another one, which has all that was its own from then on."""
    claimant_id, into_id = _ids(name, into)
    given = {"claimant_id": claimant_id, "into_id": into_id, "reason": reason, "expected_version": expected_version}
    merged = carry_out(merging.merge_claimants, input_of(merging.MergeClaimants, **given), by)
    say(f"{merged.name} is merged into {into}. To take that back: claimkb claimant unmerge {merged.id}")


@claimant_app.command("unmerge", epilog="Example: claimkb claimant unmerge ID --reason 'Two men.'")
def unmerge(
    claimant: Annotated[
        UUID, typer.Argument(metavar="ID", parser=RefersTo("Claimant").read, help="The id of the claimant that was merged.")
    ],
    reason: Why,
    expected_version: Version = None,
    by: As = None,
) -> None:
    """Take a claimant out of the one that it was merged into, with all that the merge moved and that was not changed since."""
    given = {"claimant_id": claimant, "reason": reason, "expected_version": expected_version}
    apart = carry_out(merging.unmerge_claimants, input_of(merging.UnmergeClaimants, **given), by)
    with open_current_desk().database.read() as session:
        stayed = merges.stayed(session, apart.id)
    say(f"{apart.name} is a claimant of its own again.")
    for each in stayed:
        say(f"This stayed, as it was changed since: {type(each).__name__} {each.id}")


@claimant_app.command("belongs", epilog="Example: claimkb claimant belongs 'A. Minister' 'The government' --role Minister")
def belongs(
    name: NameOrId,
    to: OtherNameOrId,
    role: Annotated[str | None, typer.Option(help="As what.")] = None,
    first: Annotated[date | None, dated("The first day of it.")] = None,
    until: Annotated[date | None, dated("The last day of it.")] = None,
    by: As = None,
) -> None:
    """Say that a claimant belongs to another: a minister to a government, a party to a coalition."""
    claimant_id, of_id = _ids(name, to)
    given = {"claimant_id": claimant_id, "of_id": of_id, "role": role, "from_": first, "until": until}
    recorded = carry_out(memberships.record_membership, input_of(memberships.RecordMembership, **given), by)
    say(f"{name} belongs to {to}: {recorded.id}")
