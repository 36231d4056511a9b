"""What was recorded by a day, in one signed line? A copy of the line that is kept elsewhere tells later whether that changed."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Field

from claimkb.domain.announcement import Counting
from claimkb.domain.merkle import Tree
from claimkb.domain.record import Appended
from claimkb.domain.refusals import Refusal
from claimkb.domain.revision import canonical
from claimkb.domain.signing import SigningKey, is_signed

SAID = ("day", "key", "number", "position", "records", "revisions", "root")
"""The fields that are signed."""

_TYPES = {"number": int, "position": int, "records": int, "revisions": int, "day": str, "key": str, "root": str, "signature": str}


class NoCheckpoint(Refusal):
    """{where} holds no checkpoint: each line has to be one as claimkb checkpoint prints it, in JSON."""


class NoCopies(Refusal):
    """There is no checkpoint in {where}, so nothing would be compared: see whether it is the right place, and mounted."""


class NoPublicKey(Refusal):
    """{key} is no public key: it has 64 hexadecimal digits, as claimkb checkpoint --new-key printed them."""


class NoKeyFile(Refusal):
    """No key signs checkpoints here: claimkb checkpoint --new-key FILE makes one. CLAIMKB_CHECKPOINT_KEY_FILE names its file."""


class NotCovered(Refusal):
    """No checkpoint covers a record with the id {id} yet: claimkb checkpoint makes one a day of what is recorded by then."""


class ProofErased(Refusal):
    """Words were erased from the newest revision of {id} that a checkpoint covers: its hash is of what it said before, which
    nobody can show any more. What is recorded of it from now on can be proved again.
    """


@dataclass(frozen=True)
class Heads:
    """The newest revision of each record, up to an announcement."""

    position: int
    revisions: int
    """How many revisions there were."""
    records: int
    root: str
    """The root of a Merkle tree over the newest revisions, in the order of the ids of their records; in hexadecimal."""


class Covered:
    """What a checkpoint covers of the histories of records, which are added in the order of their ids."""

    def __init__(self, position: int) -> None:
        self._position, self._revisions, self._tree = position, 0, Tree()

    def add(self, history: Sequence[Mapping[str, Any]]) -> None:
        """Add the revisions of a record, the first one first, each with the position of its announcement."""
        covered = [each for each in history if each["position"] is not None and each["position"] <= self._position]
        if covered:
            last = covered[-1]
            self._tree.append(leaf(last["record_type"], last["record_id"], last["version"], last["hash"]))
            self._revisions += len(covered)

    def heads(self) -> Heads:
        """Return what a checkpoint has to say of them."""
        return Heads(self._position, self._revisions, self._tree.size, self._tree.root().hex())


class Checkpoint(Appended, table=True):
    """What was recorded by a day: how many revisions there were, and the root of a Merkle tree over the newest of each record."""

    __tablename__ = "checkpoint"

    number: int = Field(unique=True, description="Counts the checkpoints.")
    day: date = Field(description="The day at the desk on which it was made.")
    position: int = Field(
        sa_type=Counting, description="The announcement up to which it covers the revisions, in the order of the commits."
    )
    revisions: int = Field(description="How many revisions it covers.")
    records: int = Field(description="How many records they are of: the leaves of the tree.")
    root: str = Field(
        max_length=64, description="The root of the tree (RFC 9162) over their newest revisions, in the order of their ids."
    )
    key: str = Field(max_length=64, description="The public key of the signature (Ed25519).")
    signature: str = Field(max_length=128, description="The signature over the other fields as canonical JSON.")

    def heads(self) -> Heads:
        """Return what it says of the newest revisions."""
        return Heads(self.position, self.revisions, self.records, self.root)

    def signed_text(self) -> str:
        """Write what is signed: canonical JSON."""
        return canonical({name: getattr(self, name) for name in SAID})

    def line(self) -> str:
        """Write the checkpoint as one line: canonical JSON with the signature."""
        return canonical({name: getattr(self, name) for name in (*SAID, "signature")})

    def is_signed(self) -> bool:
        """Tell whether the signature is that of the key that it names."""
        return is_signed(self.signed_text(), self.key, self.signature)


def signed(heads: Heads, number: int, day: date, key: SigningKey) -> Checkpoint:
    """Make a checkpoint and sign it."""
    checkpoint = Checkpoint(number=number, day=day, **asdict(heads), key=key.public, signature="")
    checkpoint.signature = key.sign(checkpoint.signed_text())
    return checkpoint


def public_key(text: str) -> str:
    """Read a public key; refuse what is none."""
    key = text.strip().lower()
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise NoPublicKey(key=text)
    return key


def read(line: str, where: str) -> Checkpoint:
    """Read a line that a checkpoint was written as; refuse what is none, and say where it stands."""
    try:
        said = json.loads(line)
        if not all(type(said[name]) is type_ for name, type_ in _TYPES.items()):
            raise TypeError
        return Checkpoint(**{name: said[name] for name in _TYPES} | {"day": date.fromisoformat(said["day"])})
    except (ValueError, TypeError, KeyError):
        raise NoCheckpoint(where=where) from None


def leaf(record_type: str, record_id: UUID, version: int, hash_: str) -> bytes:
    """Write the leaf of a record: its kind, its id, and its newest revision's version and hash, with spaces between."""
    return f"{record_type} {record_id} {version} {hash_}".encode()
