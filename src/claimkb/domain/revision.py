"""Who changed what, when, from what to what, and why? A chain for each record: a link that is changed or gone shows."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import Field as Rule
from sqlmodel import Field, Index, UniqueConstraint, text

from claimkb.domain.record import Appended, Person, Reason, Versioned, is_optional
from claimkb.domain.refusals import CannotBeCleared

Action = Annotated[str, Rule(max_length=60, description="The verb that changed it, such as resolvePrediction.")]
RecordType = Annotated[str, Rule(max_length=40, description="The kind of the record, such as Prediction.")]


def revise(record: Versioned, changes: Mapping[str, object]) -> None:
    """Change fields of a record; refuse to clear one that it cannot be without."""
    for name, value in changes.items():
        if value is None and not is_optional(type(record).model_fields[name]):
            raise CannotBeCleared(name)
    for name, value in changes.items():
        setattr(record, name, value)


_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def canonical(value: object) -> str:
    """Write a value as JSON in one way only: keys sorted, no spaces, dates and ids as text."""
    return _WRITER.encode(value)


class Revision(Appended, table=True):
    """Who changed what, when, from what to what, and why. Each is chained to the one before by its hash."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("record_id", "version"),
        Index("ix_revision_recorded_at", "recorded_at", "id"),
        Index(
            "ix_revision_corrects_id",
            "corrects_id",
            "recorded_at",
            "id",
            sqlite_where=text("corrects_id IS NOT NULL"),
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
        Index(
            "ix_revision_correction",
            "recorded_at",
            "id",
            sqlite_where=text("corrects_id IS NOT NULL"),
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
        Index(
            "ix_revision_erasure_id",
            "record_id",
            "version",
            sqlite_where=text("erasure_id IS NOT NULL"),
            postgresql_where=text("erasure_id IS NOT NULL"),
        ),
    )

    record_type: RecordType
    record_id: UUID = Field(description="The record.")
    version: int = Field(description="The record's version since this change.")
    action: Action
    token_prefix: str | None = Field(
        default=None,
        max_length=16,
        description="How the token begins with which it was done; null where none was shown, as on the command line.",
    )
    token_issued_by: Person | None = Field(default=None, description="Who issued that token; for a session, who signed in.")
    reason: Reason | None = None
    corrects_id: UUID | None = Field(default=None, description="The prediction or the claim of which it changed something settled.")
    before: str = Field(description="The changed fields before, as canonical JSON.")
    after: str = Field(description="The changed fields since, as canonical JSON.")
    previous_hash: str | None = Field(default=None, max_length=64, description="The hash of the record's revision before.")
    hash: str = Field(default=None, max_length=64, description="SHA-256 over this revision and the hash before.")
    hash_rule: int | None = Field(
        default=None,
        description="By which rule the hash is computed: 3 is over all that it says and a salt, 2 over all that it says, "
        "null over all but id and correction.",
    )
    salt: str | None = Field(
        default=None, max_length=32, description="Random, and in the hash: so that it confirms no guess at words that were erased."
    )
    erasure_id: UUID | None = Field(default=None, description="The erasure by which words of it were erased.")


_CHAINED = ("record_type", "record_id", "version", "action", "reason", "before", "after", "previous_hash", "recorded_by")
_CHAINED_IF_SAID = ("token_prefix", "token_issued_by")
"""Fields that came later: in the hash only where they have a value, so that older revisions keep their hashes."""

RULE = 3
"""The rule by which hashes are computed now."""

_CHAINED_BY_RULE = ("id", "corrects_id", "hash_rule")
"""The fields that the first rule, which has no number, left out."""

SALTED = 3
"""The first rule by which the hash is over a salt, too."""


def hashed(revision: Mapping[str, Any]) -> dict[str, Any]:
    """Take from a revision's fields what its hash is over, the hash before among them."""
    said = {name: revision[name] for name in _CHAINED} | {"recorded_at": revision["recorded_at"].isoformat()}
    said |= {name: revision[name] for name in _CHAINED_IF_SAID if revision.get(name) is not None}
    if revision.get("hash_rule") is not None:
        said |= {name: revision[name] for name in _CHAINED_BY_RULE}
        if revision["hash_rule"] >= SALTED:
            said["salt"] = revision["salt"]
    return said


def chain(revision: Mapping[str, Any]) -> str:
    """Compute a revision's hash: SHA-256 of what it is over, as canonical JSON.

    orjson writes texts, whole numbers and ids as `canonical` does, and several times as fast.
    """
    return hashlib.sha256(orjson.dumps(hashed(revision), option=orjson.OPT_SORT_KEYS)).hexdigest()


def changes(revision: Revision) -> list[tuple[str, str | None, str | None]]:
    """List the changed fields with their values before and since, each as text."""
    before, after = json.loads(revision.before), json.loads(revision.after)
    return [(name, _text(before.get(name)), _text(after.get(name))) for name in sorted(before.keys() | after.keys())]


def _text(value: object) -> str | None:
    """Write a value for a person: texts as they are, anything else as JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value)
