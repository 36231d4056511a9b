"""What was recorded by a day, in one signed line, as the API shows it to administrators."""

from typing import Any

from strawberry import auto

from claimkb import domain
from claimkb.graphql.mapping.fields import computed
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node


@view(domain.Checkpoint)
class Checkpoint(Node):
    recorded_at: auto
    recorded_by: auto
    number: auto
    day: auto
    position: auto
    root: auto
    key: auto
    signature: auto

    @computed("revisions", description="How many revisions it covers.")
    def revision_count(self: Any) -> int:
        count: int = self.revisions
        return count

    @computed("records", description="How many records they are of: the leaves of the tree.")
    def record_count(self: Any) -> int:
        count: int = self.records
        return count
