"""The types of the API: views of the records."""

from claimkb.graphql.schema.types.accounts import Account, Token
from claimkb.graphql.schema.types.appearances import AnchorProposal, Appearance
from claimkb.graphql.schema.types.channels import Channel, Delivery
from claimkb.graphql.schema.types.checkpoints import Checkpoint
from claimkb.graphql.schema.types.claims import Claim, Claimant, ClaimRelation, Membership
from claimkb.graphql.schema.types.collections import CollectedClaim, Collection
from claimkb.graphql.schema.types.erasures import Erasure
from claimkb.graphql.schema.types.history import Node, Revision
from claimkb.graphql.schema.types.outcomes import Evidence, Outcome
from claimkb.graphql.schema.types.predictions import DueDateChange, Flag, Prediction, ProgressNote, ReplyRequest
from claimkb.graphql.schema.types.reviews import Review
from claimkb.graphql.schema.types.searches import SavedSearch
from claimkb.graphql.schema.types.series import Series
from claimkb.graphql.schema.types.sources import Snapshot, Source
from claimkb.graphql.schema.types.suggestion_refusals import SuggestionRefusal

__all__ = [
    "Account",
    "AnchorProposal",
    "Appearance",
    "Channel",
    "Checkpoint",
    "Claim",
    "ClaimRelation",
    "Claimant",
    "CollectedClaim",
    "Collection",
    "Delivery",
    "DueDateChange",
    "Erasure",
    "Evidence",
    "Flag",
    "Membership",
    "Node",
    "Outcome",
    "Prediction",
    "ProgressNote",
    "ReplyRequest",
    "Review",
    "Revision",
    "SavedSearch",
    "Series",
    "Snapshot",
    "Source",
    "SuggestionRefusal",
    "Token",
]
