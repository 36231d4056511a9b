"""Which command says whether the record holds together?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from claimkb.cli.reading import AsJson, open_current_desk, print_rows
from claimkb.cli.tables import say
from claimkb.domain import Checkpoint, checkpoint
from claimkb.domain.quantity import counted
from claimkb.domain.signing import SigningKey
from claimkb.settings import Settings
from claimkb.store import checkpoints, verification

FOUND = 1


def _copies(path: Path) -> list[Checkpoint]:
    """Read the checkpoints of a file, or of all files of a folder; refuse a place that has none."""
    files = [each for each in sorted(path.iterdir()) if each.is_file()] if path.is_dir() else [path]
    found = [
        checkpoint.read(line, f"{file}, line {number}")
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if line.strip()
    ]
    if not found:
        raise checkpoint.NoCopies(where=path)
    return found


def _compared(revisions: int, checkpoints: int, copies: int) -> str:
    """Say what was compared."""
    said = counted(revisions, "revision")
    said += f", {counted(checkpoints, 'checkpoint')}" if checkpoints else ""
    return said + (f", {copies} {'copy' if copies == 1 else 'copies'} of them" if copies else "")


def _abridged(trace: str, kind: str, uuid: str | None, version: int | None, field: str | None, **_: object) -> dict[str, str]:
    """Choose what a table shows."""
    return {"trace": trace, "kind": kind, "uuid": uuid or "", "version": str(version or ""), "field": field or ""}


def verify(
    copies: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            exists=True,
            help="Checkpoints that were kept elsewhere: a folder, or a file of lines; repeatable.",
        ),
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--key", metavar="HEX", help="The desk's public key, unless its key file is set; repeatable, for earlier ones."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold each history against its record and the checkpoints. Exit code 1 if anything does not hold together."""
    from rich.progress import Progress

    kept = [each for path in copies or () for each in _copies(path)]
    key_file = Settings().checkpoint_key_file
    known = [*map(checkpoint.public_key, keys or ()), *([SigningKey.of_file(key_file).public] if key_file else [])]
    database = open_current_desk().database
    with database.read() as session:
        many, signed = verification.count(session), len(checkpoints.every(session))
    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as progress:
        bar = progress.add_task("Revisions", total=many)
        found = list(verification.find(database, lambda read: progress.advance(bar, read), kept, known))
    print_rows(
        [each.row() for each in found],
        as_json,
        "Does not hold together",
        f"{_compared(many, signed, len(kept))}: all holds together.",
        _abridged,
    )
    if not found:
        return
    if not as_json:
        for trace in dict.fromkeys(each.trace for each in found):
            say(f"{trace.value}: {trace.description}")
        say("Nothing was changed. docs/operate.md says what each means, and what to do.")
    raise typer.Exit(FOUND)
