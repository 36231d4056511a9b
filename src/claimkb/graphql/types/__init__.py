"""The types of the API: views of the records."""

from claimkb.graphql.views import offer_terms

offer_terms()

from claimkb.graphql.types.claims import Appearance, Claim, Claimant, ClaimRelation  # noqa: E402 - after the terms
from claimkb.graphql.types.history import Node, Revision  # noqa: E402
from claimkb.graphql.types.outcomes import Evidence, Outcome  # noqa: E402
from claimkb.graphql.types.predictions import DueDateChange, Flag, Prediction  # noqa: E402
from claimkb.graphql.types.sources import Snapshot, Source  # noqa: E402

__all__ = [
    "Appearance",
    "Claim",
    "ClaimRelation",
    "Claimant",
    "DueDateChange",
    "Evidence",
    "Flag",
    "Node",
    "Outcome",
    "Prediction",
    "Revision",
    "Snapshot",
    "Source",
]
