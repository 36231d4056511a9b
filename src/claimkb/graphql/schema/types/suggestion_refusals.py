"""What was suggested and refused, as the API shows it."""

from strawberry import auto

from claimkb import domain
from claimkb.graphql.mapping.edges import to_one
from claimkb.graphql.mapping.views import view
from claimkb.graphql.schema.types.history import Node


@view(domain.SuggestionRefusal)
class SuggestionRefusal(Node):
    start: auto
    end: auto
    reason: auto
    recorded_at: auto
    recorded_by: auto
    snapshot = to_one(domain.Snapshot, via="snapshot_id", description="The snapshot whose text it was suggested of.")
