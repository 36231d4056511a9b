"""Where do the sentences of a text begin and end?"""

from claimkb.domain.suggesting.suggestion import Passage


def sentences(text: str, language: str) -> list[Passage]:
    """Split a text into its sentences, in their order."""
    return []
