"""What does a text say about the future? Suggested predictions and promises, each with its place, its speaker and its day.

The rules are loaded when a text is read for the first time: few processes read one.
"""

from datetime import date

from claimkb.domain.suggesting.suggestion import Passage, Quote, Speaker, Suggested, SuggestionKind, SuggestionState

__all__ = [
    "Passage",
    "Quote",
    "Speaker",
    "Suggested",
    "SuggestionKind",
    "SuggestionState",
    "check_worthy",
    "suggestions",
]


def suggestions(
    text: str, published_on: date | None, language: str, title: str | None = None, country: str | None = None
) -> list[Suggested]:
    """Suggest the predictions and promises of a text, in its order."""
    from claimkb.domain.suggesting import finding

    return finding.suggestions(text, published_on, language, title, country)


def check_worthy(text: str, language: str) -> list[Suggested]:
    """Suggest claims of a text that are not about the future and worth checking."""
    from claimkb.domain.suggesting import worth

    return worth.check_worthy(text, language)
