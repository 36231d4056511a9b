"""What else does the answer to a verb offer, beside its record and what is like it?"""

from collections.abc import Callable
from typing import Any, Optional

import strawberry
from sqlmodel import Session
from strawberry.types.field import StrawberryField

from claimkb.domain import Appearance, Prediction
from claimkb.domain.record import Record
from claimkb.graphql.limits.cost_directives import QUESTION, ListSize, weighing
from claimkb.graphql.mapping.fields import question
from claimkb.graphql.schema import types
from claimkb.store import merges
from claimkb.store.engine import relationships
from claimkb.store.engine.paging import MOST
from claimkb.store.engine.relationships import Relationship

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
