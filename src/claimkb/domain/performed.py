"""What was done under an Idempotency-Key, so that a repeat of the request is answered and not done again?"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Field, SQLModel

from claimkb.domain.record import Instant, Person
from claimkb.domain.refusals import KeyOfAnother

LONGEST_KEY = 255


@dataclass(frozen=True)
class Once:
    """A part of a request that is done once: the client's key, the part's place in the answer, and the request's fingerprint."""

    key: str
    place: str
    request: str


class Performed(SQLModel, table=True):
    """What one part of a request with a key led to. Written in the transaction of what it did."""

    __tablename__ = "performed"

    by: Person = Field(primary_key=True, max_length=300)
    key: str = Field(primary_key=True, max_length=LONGEST_KEY, description="The Idempotency-Key of the request.")
    place: str = Field(primary_key=True, max_length=100, description="The mutation's name in the answer.")
    request: str = Field(max_length=64, description="The SHA-256 of the request.")
    kind: str | None = Field(default=None, max_length=40, description="The kind of the record that it led to.")
    record_id: UUID | None = Field(default=None, description="The record that it led to.")
    performed_at: Instant = Field(description="When it was done, in UTC.")


def fingerprint(request: bytes) -> str:
    """Return the SHA-256 of a request (FIPS 180-4), in hexadecimal digits."""
    return hashlib.sha256(request).hexdigest()


def check_same(known: Performed, once: Once) -> None:
    """Refuse a key that was used for another request."""
    if known.request != once.request:
        raise KeyOfAnother(key=once.key)
