"""Which commands write all of the database to one file, and bring it back? Each says what it holds, and what is let in again."""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from claimkb import __version__
from claimkb.actions import restoring as actions
from claimkb.actions.restoring import InForce
from claimkb.actions.work import Desk
from claimkb.cli import tables
from claimkb.cli.reading import open_desk_for
from claimkb.cli.tables import Row, say, tell
from claimkb.domain.backup import Manifest, NoBackup, NoFile
from claimkb.domain.quantity import counted
from claimkb.domain.reference import RefersTo
from claimkb.domain.schedule import BACK_UP
from claimkb.domain.token import TokenKind
from claimkb.identity import RESTORER
from claimkb.settings import Settings
from claimkb.store import flags, migrations
from claimkb.store.backups import making, restoring
from claimkb.store.engine.outages import DatabaseUnavailable

OUTPUT = "-"
MOST_NAMED = 100

KINDS = {
    TokenKind.ACCESS: "token",
    TokenKind.SESSION: "session",
    TokenKind.INVITATION: "invitation",
    TokenKind.FEED: "feed key",
}


def backup(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The file to write, which must not be there; - writes to the output.")
    ],
) -> None:
    """Write all of the database to one file, also while servers write to it. It holds secrets: keep it as you keep the database."""
    desk = open_desk_for(Settings())
    began = desk.now()
    if file != OUTPUT:
        manifest, size = making.make(desk.database, Path(file), began, __version__)
    elif sys.stdout.isatty():
        raise typer.BadParameter("a back-up is nothing for a terminal: name a file, or send it on with | or >.")
    else:
        manifest, size = making.make_to(desk.database, sys.stdout.buffer, began, __version__)
    (tell if file == OUTPUT else say)(f"{file}: {_held(manifest)}, {size / 1e6:.1f} MB")
    _note(desk, manifest)


def _held(manifest: Manifest) -> str:
    """Say what a back-up holds."""
    holds = manifest.holds
    history = f"{counted(holds.revisions, 'revision')} of {counted(holds.records, 'record')}"
    return f"{history} in {manifest.engine}, as of {manifest.instant:%Y-%m-%d %H:%M:%S} UTC"


def _note(desk: Desk, manifest: Manifest) -> None:
    """Note in the database when it was backed up last. Where that cannot be written, the back-up is as good without."""
    if manifest.holds.tables != migrations.head():
        return
    try:
        with desk.database.write() as session:
            flags.record_run(session, BACK_UP, desk.today(), manifest.instant)
    except DatabaseUnavailable as unavailable:
        tell(f"When it was backed up could not be noted in the database: {unavailable}")


def restore(
    file: Annotated[str, typer.Argument(metavar="BACKUP", help="The file that claimkb backup wrote.")],
    sealed: Annotated[
        bool, typer.Option("--sealed", help="Revoke all tokens, sessions, keys and invitations in it, and close all channels.")
    ] = False,
    as_it_is: Annotated[
        bool, typer.Option("--as-it-is", help="Restore it although claimkb verify finds something that does not hold together.")
    ] = False,
) -> None:
    """Bring a back-up back to where no database is: verified first, and all of it or nothing."""
    path = Path(file)
    if not path.is_file():
        raise _not_a_file(file)
    desk = open_desk_for(Settings())
    with restoring.restore(path, desk.database, desk.now(), as_it_is=as_it_is) as restored:
        inside = replace(desk, database=restored.database)
        with inside.work(RESTORER) as work:
            back = actions.in_force(work)
            if sealed:
                actions.seal(work)
        rows = _described(back)
    for before, since in restored.set_aside:
        say(f"Renamed what was left of another database: {before.name} to {since.name}")
    if restored.tables != restored.manifest.holds.tables:
        say(f"Migrated from {restored.manifest.holds.tables} to {restored.tables}")
    found = (
        f"{counted(len(restored.findings), 'finding')}, which claimkb verify lists" if restored.findings else "all holds together"
    )
    say(f"Restored to {desk.database.place}: {_held(restored.manifest)}: {found}.")
    _show(rows, sealed=sealed)


def _not_a_file(file: str) -> Exception:
    """Make the refusal of what is no file. The command that tracks predictions again had this name before."""
    try:
        RefersTo("Prediction").read(file)
    except ValueError:
        return (NoBackup if Path(file).exists() else NoFile)(path=file)
    return typer.BadParameter(f"{file} is no file, but an id: a withdrawn prediction is tracked again by claimkb track-again.")


def _described(back: InForce) -> list[Row]:
    """Describe what lets somebody in and what tells somebody."""
    rows: list[Row] = [
        {
            "kind": KINDS[token.kind],
            "begins with": token.prefix,
            "name": token.name,
            "account": account.name,
            "until": token.expires_on.isoformat(),
        }
        for token, account in back.tokens
    ]
    for channel, account in back.channels:
        rows.append(
            {"kind": "channel", "begins with": "", "name": channel.name, "account": account.name if account else "", "until": ""}
        )
    return rows


def _show(rows: list[Row], *, sealed: bool) -> None:
    """Say what is in force again, or was closed, so that nothing comes back to life unseen."""
    if not rows:
        say("No token, session or channel is in force in it.")
        return
    many = Counter(str(row["kind"]) for row in rows)
    told = ", ".join(counted(count, kind) for kind, count in many.items())
    if sealed:
        say(f"Closed, as --sealed says: {told}. Passwords are those of the back-up.")
        return
    say(f"In force again: {told}.")
    tables.show_plain(rows[:MOST_NAMED], "As it was then")
    say(
        "Close what was closed since: claimkb token revoke, also for sessions, keys and invitations; claimkb channel close. "
        "Passwords are those of the back-up."
    )
