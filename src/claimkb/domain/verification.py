"""Does the record hold together? A history is followed link by link, and folded into what its record has to show.

Whoever changes rows past claimkb and computes no hashes is found out. So is who computes them anew in the middle of a history.
What is cut off at its end, or written anew there together with the record, a checkpoint shows. Who takes checkpoints away, or has
the key that signs them, is found out by a copy of a checkpoint that is kept elsewhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson

from claimkb.domain.erasure import Digest
from claimkb.domain.record import Record, Term
from claimkb.domain.reference import global_id
from claimkb.domain.revision import canonical, chain

STAMPS = {"version", "created_at", "updated_at", "recorded_at", "recorded_by"}
"""The fields that every change sets: its revision says them itself."""

APART = timedelta(seconds=1)
"""By how much less an instant of a record may differ from its revision's: a story records one record each microsecond."""


LATER = {"bound": "BY", "old_bound": "BY", "new_bound": "BY"}
"""Fields that came later and are never empty: what a record has in them of which an older history says nothing."""


class Trace(Term):
    """What does not hold together; each says what to do."""

    REVISION = "REVISION", "A revision is not as it was written: its hash is of something else. Compare it with a back-up."
    CHAIN = "CHAIN", "A revision does not follow the one before: one was taken out, put in or written anew. Compare with a back-up."
    VALUE = "VALUE", "A value can't be read: somebody wrote it past claimkb. Nothing more was looked at; take it from a back-up."
    FIELD = (
        "FIELD",
        "A field is not what the history says: it was changed past claimkb. Compare with a back-up, and change it by a verb.",
    )
    TEXT = "TEXT", "The text of a snapshot is not the text that was captured: its SHA-256 is another. Take it from a back-up."
    RECORD = "RECORD", "The history tells of a record that is not there."
    CHANGE = "CHANGE", "The history tells of a change that the record does not show."
    UNTOLD = "UNTOLD", "The record shows a change that the history does not tell of."
    UNANNOUNCED = (
        "UNANNOUNCED",
        "A revision has no place in the order of the commits: it was put in past claimkb, or its announcement was taken out.",
    )
    ANNOUNCEMENT = "ANNOUNCEMENT", "Subscribers and webhooks are told of a record that is not there."
    SEARCH_ENTRY = "SEARCH_ENTRY", "A search finds the words of a record that is not there."
    NOT_SEARCHED = (
        "NOT_SEARCHED",
        "A search does not find a record, as its words are gone: change the record by a verb, and it is entered.",
    )
    PAGES = "PAGES", "SQLite finds pages of the file damaged: stop the server, copy the files, and restore a back-up."
    CHECKPOINT = (
        "CHECKPOINT",
        "A checkpoint is not there, or it says something else than its copy that was kept elsewhere. "
        "Was an older back-up restored? Else somebody took it away.",
    )
    SIGNATURE = "SIGNATURE", "A checkpoint is not signed, or by another key than the desk's: somebody else made it."
    HEADS = (
        "HEADS",
        "What was recorded up to a checkpoint is not what was signed: something was cut off, put in or written anew. "
        "Compare with a back-up.",
    )
    ERASURE = (
        "ERASURE",
        "Revisions of which words were erased are not as the newest erasure left them: one was changed or taken out past claimkb, "
        "or is said to be erased and was not. Compare with a back-up, and erase the same words in what you take from it.",
    )


@dataclass(frozen=True)
class Finding:
    """Something that does not hold together: of a record, at one of its versions, or in a field."""

    trace: Trace
    kind: str
    record_id: UUID | None
    version: int | None = None
    """The version of the record; the number of a checkpoint."""
    field: str | None = None

    def row(self) -> dict[str, Any]:
        """Describe the finding, with its record."""
        return {
            "trace": self.trace.value,
            "kind": self.kind,
            "id": self.record_id and global_id(self.kind, self.record_id),
            "uuid": self.record_id and str(self.record_id),
            "version": self.version,
            "field": self.field,
        }


def follow(history: Sequence[Mapping[str, Any]], erased: Digest) -> Iterator[Finding]:
    """Follow a record's revisions, the first one first, with their positions; find where one was changed, taken out or put in.

    The hash of a revision of which words were erased is of what it said before: it is added to the digest of those erased instead.
    """
    version, hash_ = 0, None
    for each in history:
        of = (each["record_type"], each["record_id"], each["version"])
        if each["erasure_id"] is not None:
            erased.add(each)
        elif each["hash"] != chain(each):
            yield Finding(Trace.REVISION, *of)
        if each["position"] is None:
            yield Finding(Trace.UNANNOUNCED, *of)
        if (each["version"], each["previous_hash"]) != (version + 1, hash_):
            yield Finding(Trace.CHAIN, *of)
        version, hash_ = each["version"], each["hash"]


def _said(after: str) -> dict[str, Any]:
    """Read the fields that a revision says; none where somebody wrote what cannot be read, which its hash shows."""
    try:
        said = orjson.loads(after)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _as_told(value: object) -> object:
    """Write a value as canonical JSON gives it back."""
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value) if isinstance(value, UUID | date) else json.loads(canonical(value))


def compare(
    kind: type[Record], shown: Mapping[str, Any], history: Sequence[Mapping[str, Any]], left_out: set[str]
) -> Iterator[Finding]:
    """Compare what a record shows with its history, folded; the fields that the history leaves out are not compared.

    Nothing is compared where the record is of another version than its newest revision: that is a finding of its own.
    """
    if shown.get("version", 1) != history[-1]["version"]:
        return
    told: dict[str, Any] = {}
    for each in history:
        told |= _said(each["after"])
    first, newest = history[0], history[-1]
    instants = {"created_at": first["recorded_at"], "recorded_at": first["recorded_at"], "updated_at": newest["recorded_at"]}
    differing = [name for name, instant in instants.items() if name in shown and abs(shown[name] - instant) >= APART]
    differing += ["recorded_by"] if shown.get("recorded_by", first["recorded_by"]) != first["recorded_by"] else []
    fields = [name for name in shown if name not in STAMPS and name not in left_out]
    differing += [name for name in fields if _as_told(shown[name]) != told.get(name, LATER.get(name))]
    for name in differing:
        yield Finding(Trace.FIELD, kind.__name__, shown["id"], newest["version"], name)
