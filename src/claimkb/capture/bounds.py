"""How much may a capture take?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """How much a capture may take: bytes, also unpacked; seconds, from the first look-up to the text."""

    most_bytes: int = 10_000_000
    seconds: float = 20.0
    private: bool = False
    """Whether addresses of this machine and of its network are fetched, too."""


MEMORY = 1 << 30
"""The bytes of memory that the process of a capture may take."""
