"""What does a text say about the future? Suggested predictions and promises, each with its place, its speaker and its day."""

from claimkb.domain.suggesting.finding import suggestions
from claimkb.domain.suggesting.sentences import sentences
from claimkb.domain.suggesting.suggestion import Passage, Quote, Speaker, Suggested, SuggestionKind, SuggestionState
from claimkb.domain.suggesting.worth import check_worthy

__all__ = [
    "Passage",
    "Quote",
    "Speaker",
    "Suggested",
    "SuggestionKind",
    "SuggestionState",
    "check_worthy",
    "sentences",
    "suggestions",
]
