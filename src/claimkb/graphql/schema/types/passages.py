"""Where is a part of a text?"""

import strawberry

from claimkb.graphql.limits.cost_directives import FREE
from claimkb.graphql.mapping.views import object_type


@object_type(directives=[FREE])
class Passage:
    """A part of a text: its words, and where it stands."""

    exact: str = strawberry.field(description="The words, to the letter.")
    start: int = strawberry.field(description="Where it begins, in Unicode code points from the start of the text.")
    end: int = strawberry.field(description="Where it ends: the position after its last character.")
