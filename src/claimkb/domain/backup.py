"""What does a back-up hold, and may it be restored here? Its manifest says so.

The manifest names each file of the back-up with its size and SHA-256, and has a SHA-256 over itself. These show what went wrong
on the way. Whoever changes a back-up on purpose computes them anew: keep it where nobody else may write.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from claimkb.domain.refusals import Refusal, UserErrorCode, WrongState

FORMAT = 1
"""The number of this format. A program reads the formats up to its own."""

DIGEST = "sha256"
"""The key of the manifest under which the SHA-256 of its other keys stands."""

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
_ADDRESSES = {SQLITE: "sqlite:///FILE", POSTGRESQL: "postgresql://USER:PASSWORD@HOST/NAME, of an empty database"}


class NoBackup(Refusal):
    """{path} is not a back-up: name a file that `claimkb backup` wrote."""

    code = UserErrorCode.NOT_FOUND


class NoFile(Refusal):
    """There is no file {path}: name one that `claimkb backup` wrote."""

    code = UserErrorCode.NOT_FOUND


class Damaged(Refusal):
    """{path} is damaged: {what}. Nothing was restored; take another back-up."""


class NewerBackup(Refusal):
    """{path} was written by claimkb {version}, which is newer than this one. Nothing was restored; upgrade claimkb first."""


class OfAnotherEngine(Refusal):
    """{path} is a back-up of {engine}, and CLAIMKB_DATABASE_URL names {other}. Nothing was restored; name {address} there."""


class IsThere(WrongState):
    """{path} is there already, and a back-up overwrites nothing: name another file."""


class NotEmpty(WrongState):
    """There is a database at {place}: move it away, or name another place in CLAIMKB_DATABASE_URL. Nothing was restored."""


class StillOpen(WrongState):
    """The database that was at {place} is still open in {whom}. Stop that first; nothing was restored."""


class DoesNotHoldTogether(Refusal):
    """What {path} holds does not hold together: {what}. Nothing was restored. Take another back-up, or restore this one
    as it is with --as-it-is.
    """


class Member(BaseModel):
    """A file in a back-up: the database of SQLite, or the rows of a table of PostgreSQL."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    sha256: str
    table: str | None = None
    columns: list[str] = []


class Summary(BaseModel):
    """What a database holds: the version of its tables, how many rows, revisions and records with a history, and their root."""

    model_config = ConfigDict(frozen=True)

    tables: str
    rows: dict[str, int]
    revisions: int
    records: int
    position: int
    """The newest announcement."""
    root: str
    """The root over the newest revisions up to there, as a checkpoint would sign it."""


class Manifest(BaseModel):
    """What a back-up says of itself: what was written, from what, by whom and when."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    claimkb: str
    engine: str
    instant: datetime
    holds: Summary
    members: list[Member]

    def written(self) -> bytes:
        """Write the manifest, with its hash."""
        return _written(self.model_dump(mode="json"))

    @classmethod
    def read(cls, text: bytes, path: str) -> Self:
        """Read a manifest; refuse one that is not as it was written, and one of a newer format."""
        try:
            said = json.loads(text)
            is_whole = text == _written({name: value for name, value in said.items() if name != DIGEST})
        except (ValueError, AttributeError):
            is_whole = False
        if not is_whole:
            raise Damaged(path=path, what="its manifest is not as it was written")
        if said.get("format", 0) > FORMAT:
            raise NewerBackup(path=path, version=said.get("claimkb"))
        try:
            return cls.model_validate(said)
        except ValidationError:
            raise Damaged(path=path, what="its manifest does not say what a manifest says") from None

    def check_fits(self, path: str, engine: str, versions: list[str]) -> None:
        """Refuse a back-up of another engine, and one whose tables are of a version that this program does not know."""
        if self.engine != engine:
            raise OfAnotherEngine(path=path, engine=self.engine, other=engine, address=_ADDRESSES.get(self.engine, "another"))
        if self.holds.tables not in versions:
            raise NewerBackup(path=path, version=self.claimkb)


def _written(said: Mapping[str, Any]) -> bytes:
    """Write what a manifest says in one way only, and the hash of that."""
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return (json.dumps({**said, DIGEST: digest}, sort_keys=True, indent=1) + "\n").encode()


def check_same(path: str, told: Summary, found: Summary) -> None:
    """Refuse a database that does not hold what the manifest tells."""
    if told == found:
        return
    names = sorted(name for name in told.rows.keys() | found.rows.keys() if told.rows.get(name) != found.rows.get(name))
    raise Damaged(path=path, what=f"it holds something else than its manifest says ({', '.join(names) or 'its history'})")
