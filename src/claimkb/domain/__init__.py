"""What things are and what is allowed: no clock, no database session, no network."""

from claimkb.domain.account import Account
from claimkb.domain.anchor_proposal import AnchorProposal
from claimkb.domain.announcement import Announcement
from claimkb.domain.appearance import Appearance
from claimkb.domain.assistant_use import AssistantUse
from claimkb.domain.channel import Channel
from claimkb.domain.checkpoint import Checkpoint
from claimkb.domain.claim import Claim, ClaimRelation
from claimkb.domain.claim_vector import ClaimVector
from claimkb.domain.claimant import Claimant, NameKey
from claimkb.domain.collection import CollectedClaim, Collection
from claimkb.domain.delivery import Delivery
from claimkb.domain.erasure import Erasure
from claimkb.domain.evidence import Evidence
from claimkb.domain.flag import Flag
from claimkb.domain.following import SavedSearch
from claimkb.domain.membership import Membership
from claimkb.domain.merging import MergeMove
from claimkb.domain.outcome import Outcome
from claimkb.domain.performed import Performed
from claimkb.domain.prediction import DueDateChange, Prediction
from claimkb.domain.progress import ProgressNote
from claimkb.domain.reply import ReplyRequest
from claimkb.domain.review import Review
from claimkb.domain.revision import Revision
from claimkb.domain.schedule import JobRun, Lease
from claimkb.domain.searching import SearchEntry
from claimkb.domain.series import Series
from claimkb.domain.source import Snapshot, Source
from claimkb.domain.suggestion_refusal import SuggestionRefusal
from claimkb.domain.token import Token, TokenUse

__all__ = [
    "Account",
    "AnchorProposal",
    "Announcement",
    "Appearance",
    "AssistantUse",
    "Channel",
    "Checkpoint",
    "Claim",
    "ClaimRelation",
    "ClaimVector",
    "Claimant",
    "CollectedClaim",
    "Collection",
    "Delivery",
    "DueDateChange",
    "Erasure",
    "Evidence",
    "Flag",
    "JobRun",
    "Lease",
    "Membership",
    "MergeMove",
    "NameKey",
    "Outcome",
    "Performed",
    "Prediction",
    "ProgressNote",
    "ReplyRequest",
    "Review",
    "Revision",
    "SavedSearch",
    "SearchEntry",
    "Series",
    "Snapshot",
    "Source",
    "SuggestionRefusal",
    "Token",
    "TokenUse",
]
