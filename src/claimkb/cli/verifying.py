"""Which command says whether the record holds together?"""

import typer
from rich.console import Console

from claimkb.cli.reading import AsJson, open_current_desk, print_rows
from claimkb.cli.tables import say
from claimkb.domain.quantity import counted
from claimkb.store import verification

FOUND = 1


def _abridged(trace: str, kind: str, uuid: str, version: int | None, field: str | None, **_: object) -> dict[str, str]:
    """Choose what a table shows."""
    return {"trace": trace, "kind": kind, "uuid": uuid, "version": str(version or ""), "field": field or ""}


def verify(as_json: AsJson = False) -> None:
    """Follow each history, and compare it with what its record shows. Exit code 1 if anything does not hold together."""
    from rich.progress import Progress

    database = open_current_desk().database
    with database.read() as session:
        many = verification.count(session)
    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as progress:
        bar = progress.add_task("Revisions", total=many)
        found = list(verification.find(database, lambda read: progress.advance(bar, read)))
    print_rows(
        [each.row() for each in found],
        as_json,
        "Does not hold together",
        f"{counted(many, 'revision')}: all holds together.",
        _abridged,
    )
    if not found:
        return
    if not as_json:
        for trace in dict.fromkeys(each.trace for each in found):
            say(f"{trace.value}: {trace.description}")
        say("Nothing was changed. docs/operate.md says what each means, and what to do.")
    raise typer.Exit(FOUND)
