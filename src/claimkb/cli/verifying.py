"""Which command says whether the record holds together?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from claimkb.cli.reading import AsJson, open_current_desk, print_rows
from claimkb.cli.tables import say
from claimkb.domain import checkpoint
from claimkb.domain.quantity import counted
from claimkb.domain.signing import SigningKey
from claimkb.settings import Settings
from claimkb.store import verification

FOUND = 1


def _lines(path: Path) -> list[str]:
    """Read the lines of a file, or of all JSON files of a folder."""
    files = sorted(path.glob("*.json*")) if path.is_dir() else [path]
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


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

    kept = [checkpoint.read(line) for path in copies or () for line in _lines(path)]
    key_file = Settings().checkpoint_key_file
    known = [*(keys or ()), *([SigningKey.read(key_file.read_bytes()).public] if key_file else [])]
    database = open_current_desk().database
    with database.read() as session:
        many = verification.count(session)
    with Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as progress:
        bar = progress.add_task("Revisions", total=many)
        found = list(verification.find(database, lambda read: progress.advance(bar, read), kept, known))
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
