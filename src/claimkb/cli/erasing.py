"""Which command erases a person's words for ever, and says where copies remain?"""

import sys
from typing import Annotated

import typer

from claimkb.actions import erasing as actions
from claimkb.actions.work import Desk
from claimkb.cli.acting import As, Why, acting
from claimkb.cli.reading import AsJson, open_current_desk, print_rows
from claimkb.cli.tables import say
from claimkb.domain import Erasure
from claimkb.domain.erasure import Words
from claimkb.domain.quantity import counted
from claimkb.domain.schedule import BACK_UP
from claimkb.identity import COMMAND_LINE
from claimkb.store import flags
from claimkb.store.engine.outages import DatabaseUnavailable
from claimkb.store.erasing import cleaning, rows

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only list in which fields the words stand; change nothing.")]


def _read_words() -> str:
    """Read the words from the standard input: an argument would stand in the list of processes and in the shell's history."""
    return str(typer.prompt("Words to erase")) if sys.stdin.isatty() else sys.stdin.read()


def erase(reason: Why, dry_run: DryRun = False, by: As = None, as_json: AsJson = False) -> None:
    """Erase words for ever: in records, texts of sources and the history. They are read from the standard input."""
    command, desk = actions.EraseText(text=_read_words().strip(), reason=reason), open_current_desk()
    with acting(desk, by, COMMAND_LINE) as actor:
        if dry_run:
            _list(desk, Words(command.text.get_secret_value()), as_json)
            return
        with desk.work(actor, alone=True) as work:
            done = actions.erase_text(work, command)
    _tell(done)
    if done.erased_at is not None:
        _clean(desk)
        _tell_of_copies(desk)


def _list(desk: Desk, words: Words, as_json: bool) -> None:
    """List in which fields the words stand."""
    with desk.database.read() as session:
        places, revisions = rows.count(session, words)
    found = [{"table": table, "field": field, "rows": many} for (table, field), many in sorted(places.items())]
    found += [{"table": "revision", "field": "", "rows": revisions}] if revisions else []
    shown = [{**each, "rows": str(each["rows"])} for each in found]
    print_rows(found if as_json else shown, as_json, "Fields that hold it", "Nothing holds it.")


def _tell(done: Erasure) -> None:
    """Say what was erased, or that it waits."""
    if done.erased_at is None:
        say("Nothing is erased yet: at this desk another administrator has to ask for the same text.")
        return
    said = f"{counted(done.places or 0, 'field')} of records and {counted(done.erased_revisions or 0, 'revision')} of the history"
    say(f"Erased {counted(done.characters, 'character')} in {said}, for ever.")


def _clean(desk: Desk) -> None:
    """Remove what the engine keeps of the words; if another program is in the way, the server does it later."""
    try:
        actions.clean_up(desk)
    except DatabaseUnavailable as unavailable:
        say(f"The file still holds what was erased: {unavailable} The server tries again; or run claimkb serve.")


def _tell_of_copies(desk: Desk) -> None:
    """Say where copies remain that claimkb cannot reach."""
    with desk.database.read() as session:
        backup, sent, feeds = flags.last_run(session, BACK_UP), cleaning.sent(session), cleaning.read_feeds(session)
    say("Copies may remain where claimkb does not reach:")
    say(
        f"- Back-ups{f', the last one of {backup.succeeded_at:%Y-%m-%d %H:%M}' if backup else ''}: after a restore, erase it again."
    )
    for name, many in sent:
        say(f"- {counted(many, 'message')} that the channel {name} has sent: ask its receiver.")
    if feeds:
        say(f"- Feeds and calendars that were read with {counted(feeds, 'key')}: programs keep what they have read.")
    say("- Logs, replicas of the database server, proofs, exports, and what people have copied.")
