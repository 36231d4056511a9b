"""Which statements of a text are worth recording?"""

from datetime import date

from claimkb.domain.suggesting.suggestion import Suggested


def suggestions(
    text: str, published_on: date | None, language: str, title: str | None = None, country: str | None = None
) -> list[Suggested]:
    """Suggest the predictions and promises of a text, in its order; of a language without tables there are none."""
    return []


def check_worthy(text: str, language: str) -> list[Suggested]:
    """Suggest the claims of a text that are not about the future, the one most worth checking first."""
    return []
