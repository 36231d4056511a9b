"""What may a language model add to the suggestions for a text? Only words of the text, and no day: see accepting."""

from claimkb.domain.assisting.assistant import MODEL, Assistant, Assisted, NoAssistant, language_tag

__all__ = ["MODEL", "Assistant", "Assisted", "NoAssistant", "language_tag"]
