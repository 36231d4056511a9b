"""The types of the API: views of the records."""

from claimkb.graphql.types.accounts import Account, Token
from claimkb.graphql.types.channels import Channel, Delivery
from claimkb.graphql.types.claims import Appearance, Claim, Claimant, ClaimRelation
from claimkb.graphql.types.history import Node, Revision
from claimkb.graphql.types.outcomes import Evidence, Outcome
from claimkb.graphql.types.predictions import DueDateChange, Flag, Prediction, ProgressNote, ReplyRequest
from claimkb.graphql.types.reviews import Review
from claimkb.graphql.types.searches import SavedSearch
from claimkb.graphql.types.sources import Snapshot, Source

__all__ = [
    "Account",
    "Appearance",
    "Channel",
    "Claim",
    "ClaimRelation",
    "Claimant",
    "Delivery",
    "DueDateChange",
    "Evidence",
    "Flag",
    "Node",
    "Outcome",
    "Prediction",
    "ProgressNote",
    "ReplyRequest",
    "Review",
    "Revision",
    "SavedSearch",
    "Snapshot",
    "Source",
    "Token",
]
