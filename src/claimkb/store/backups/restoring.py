"""How is a back-up brought back? It is read to its end, written where nobody else reads, and verified there.

Only then does it become the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from claimkb.domain.backup import DoesNotHoldTogether, Manifest, check_same
from claimkb.domain.quantity import counted
from claimkb.domain.verification import Finding
from claimkb.store import migrations, verification
from claimkb.store.backups import places, postgresql, sqlite
from claimkb.store.backups.archive import Archive
from claimkb.store.backups.making import engine_of
from claimkb.store.backups.summaries import summarise
from claimkb.store.engine.database import Database


@dataclass
class Restored:
    """A database that is brought back, before anybody else sees it."""

    database: Database
    manifest: Manifest
    tables: str
    """The version to which its tables were brought."""
    findings: list[Finding]
    set_aside: list[tuple[Path, Path]] = field(default_factory=list)
    """What stood beside its place, with the names before and since; known when the block has ended."""


@contextmanager
def restore(path: Path, database: Database, instant: datetime, *, as_it_is: bool = False) -> Iterator[Restored]:
    """Bring a back-up back to a place where no database is. It is there for others when the block ends, or not at all.

    What does not hold together is refused, unless it is wanted as it is.
    """
    opened, aside = Archive(path), list[tuple[Path, Path]]()
    opened.manifest.check_fits(str(path), engine_of(database), migrations.versions())
    if database.is_sqlite:
        place = Path(database.place)
        bringing = sqlite.restoring(opened, database, lambda: aside.extend(places.set_aside(place, instant)))
    else:
        bringing = postgresql.restoring(opened, database)
    with bringing as brought:
        with brought.read() as session:
            check_same(str(path), opened.manifest.holds, summarise(session.connection()))
        _, tables = migrations.upgrade(brought)
        findings = list(verification.find(brought))
        if findings and not as_it_is:
            what = ", ".join(dict.fromkeys(each.trace.value for each in findings))
            raise DoesNotHoldTogether(path=path, what=f"{counted(len(findings), 'finding')} of {what}")
        yield Restored(brought, opened.manifest, tables, findings, aside)
