"""Which sentences of a text are like recorded claims?"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from claimkb.domain.suggesting import Passage, comparing
from claimkb.store.search.alike import Alike, similar_to_all

MOST_ALIKE = 3
"""How many claims are told of each sentence: the likeliest."""


@dataclass(frozen=True)
class SimilarPassage:
    """A sentence of a text, and the claims that it is like."""

    passage: Passage
    similar: list[Alike]


def similar_in_text(
    session: Session, text: str, language: str | None, first: int, weigh: Callable[[list[str]], None] = lambda _: None
) -> list[SimilarPassage]:
    """List the first sentences of a text that are like recorded claims, in its order.

    `weigh` is called with all sentences before they are compared.
    """
    passages = comparing.passages(text, language)
    statements = [each.exact for each in passages]
    weigh(statements)
    found = []
    for passage, alikes in zip(passages, similar_to_all(session, statements, MOST_ALIKE), strict=True):
        if counting := [each for each in alikes if comparing.counts(each.score, len(each.why))]:
            found.append(SimilarPassage(passage, counting))
    return found[:first]
