"""What may a language model add to the suggestions for a text? Only words of the text, and no day: see accepting."""

from claimkb.domain.assisting.accepting import MODEL, accepted, pointed
from claimkb.domain.assisting.assistant import Assistant, Assisted, NoAssistant, language_tag
from claimkb.domain.assisting.proposal import MOST, NoUsableAnswer, Proposal, proposals
from claimkb.domain.assisting.sending import LONGEST, beginning, tokens_of

__all__ = [
    "LONGEST",
    "MODEL",
    "MOST",
    "Assistant",
    "Assisted",
    "NoAssistant",
    "NoUsableAnswer",
    "Proposal",
    "accepted",
    "beginning",
    "language_tag",
    "pointed",
    "proposals",
    "tokens_of",
]
