"""Which fields do some payloads have beside the record: what is like it, what was recorded with it, what stayed as it was?"""

from collections.abc import Callable, Sequence
from typing import Any, Optional

import strawberry
from sqlmodel import Session
from strawberry.types.field import StrawberryField

from claimkb.domain import Appearance, Prediction
from claimkb.domain.record import Record
from claimkb.graphql.limits.cost_directives import QUESTION, ListSize, weighing
from claimkb.graphql.mapping.fields import question
from claimkb.graphql.schema import types
from claimkb.graphql.schema.similar import ALIKE, SimilarClaim
from claimkb.store import claimants, merges, search, sources
from claimkb.store.engine import relationships
from claimkb.store.engine.paging import MOST
from claimkb.store.engine.relationships import Relationship

MOST_SIMILAR = 5


def _similar(
    type_: type, description: str, find: Callable[[Session, Any], Sequence[object]], cost: int = QUESTION
) -> StrawberryField:
    """Make a payload's field for what is like the result: a person says whether it is the same."""

    def ask(root: Any, _info: strawberry.Info) -> Callable[[Session], object]:
        result = root.result
        return lambda session: [] if result is None else find(session, result)

    return question(list[type_], description=description, directives=[weighing(cost), ListSize(assumed_size=MOST_SIMILAR)])(ask)  # type: ignore[valid-type]


SIMILAR_SOURCES = _similar(
    types.Source,
    "Sources that are probably the same page: at this address with http or https, with a slash at the end or without.",
    lambda session, source: sources.probably_at(session, source.url) if source.url else [],
)
SIMILAR_CLAIMANTS = _similar(
    types.Claimant,
    "Claimants with a name or an alias like its name, in whatever spelling or script, the likeliest first: five at most.",
    lambda session, claimant: [each.claimant for each in claimants.similar(session, claimant.name, MOST_SIMILAR, claimant.id)],
    ALIKE,
)
SIMILAR_CLAIMS = _similar(
    SimilarClaim,
    "Claims that say nearly the same, the likeliest first: five at most. One of the score 1 has the same words.",
    lambda session, claim: search.similar(session, claim.statement, claim.id, MOST_SIMILAR),
    ALIKE,
)
STAYED = question(
    list[types.Node],
    description="What did not come back, because somebody has changed it since: a hundred at most.",
    directives=[weighing(QUESTION), ListSize(assumed_size=MOST)],
)(lambda root, _info: lambda session: [] if root.result is None else merges.stayed(session, root.result.id))


def _of_claim(type_: Any, record: type[Record], name: str) -> StrawberryField:
    """Make a payload's field for what was recorded with a claim."""
    newest = Relationship(record, theirs="claim_id", order_by="created_at", descending=True)

    def ask(root: Any, _info: strawberry.Info) -> Callable[[Session], object]:
        return lambda session: None if root.result is None else relationships.ones(session, newest, [root.result.id])[0]

    return question(Optional[type_], description=f"Its {name}; null if the input was refused, or there is none.")(ask)  # noqa: UP045 - of a variable


APPEARANCE = _of_claim(types.Appearance, Appearance, "appearance")
PREDICTION = _of_claim(types.Prediction, Prediction, "prediction")
