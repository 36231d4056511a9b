"""What every record shows: its id, and the history of its changes."""

from typing import Any
from uuid import UUID

import strawberry
from strawberry import auto
from strawberry.types.field import StrawberryField

from claimkb import domain
from claimkb.actions.work import camel
from claimkb.domain.permissions import Permission
from claimkb.domain.reference import global_id
from claimkb.domain.revision import changes
from claimkb.graphql.limits.cost_directives import weighing
from claimkb.graphql.mapping.edges import to_many, to_one
from claimkb.graphql.mapping.fields import computed
from claimkb.graphql.mapping.views import object_type, view

CHANGES = 10
"""What it costs to list what a revision changed: the whole record, where it was recorded."""


@strawberry.interface(description="A record with an id, which `node(id:)` finds again.")
class Node:
    @computed("id", of_text=global_id, description="The id, unique among all records. It never changes; take it as it is.")
    def id(self: Any) -> strawberry.ID:
        return strawberry.ID(global_id(type(self).__name__, self.id))

    @computed("id", description="The same id without the kind, for spreadsheets and other databases.")
    def uuid(self: Any) -> UUID:
        return self.id  # type: ignore[no-any-return]


@object_type()
class FieldChange:
    """One field of a record that changed, its values written as text."""

    field: str = strawberry.field(description="The name of the field, as the API has it where it shows it.")
    before: str | None = strawberry.field(description="The value before; null if there was none.")
    after: str | None = strawberry.field(description="The value since; null if it was taken away.")


@view(domain.Revision)
class Revision(Node):
    record_type: auto
    version: auto
    action: auto
    reason: auto
    recorded_at: auto
    recorded_by: auto
    token_prefix: auto
    token_issued_by: auto
    hash: auto
    previous_hash: auto
    hash_rule: auto

    @computed("record_type", "record_id", description="The id of the record that changed.")
    def record_id(self: Any) -> strawberry.ID:
        return strawberry.ID(global_id(self.record_type, self.record_id))

    corrects = to_one(
        domain.Prediction,
        via="corrects_id",
        optional=True,
        description="The prediction of which it changed something that was settled; null if it did not.",
    )
    corrects_claim = to_one(
        domain.Claim,
        via="corrects_id",
        optional=True,
        description="The claim of which it superseded or withdrew the review that stood; null if it did not.",
    )

    erasure = to_one(
        domain.Erasure,
        via="erasure_id",
        optional=True,
        description="The erasure by which words of it were erased for ever: █ stands in their place. Null if none were.",
    )

    @computed("before", "after", description="What changed.", directives=[weighing(CHANGES)])
    def changes(self: Any) -> list[FieldChange]:
        return [FieldChange(field=camel(name), before=before, after=after) for name, before, after in changes(self)]


def revisions(needs: Permission | None = None) -> StrawberryField:
    """Declare the edge from a record to its history."""
    description = "Every change of it, the first one first." + (" For administrators." if needs else "")
    return to_many(domain.Revision, by="record_id", order_by="version", description=description, needs=needs)
