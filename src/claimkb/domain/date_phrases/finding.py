"""Where in a text do date phrases stand?"""

from datetime import date

from claimkb.domain.date_phrases.phrase import DatePhrase


def find_dates(text: str, said_on: date | None, language: str, country: str | None = None) -> list[DatePhrase]:
    """Find the date phrases of a text, in their order; of a language without tables there are none."""
    return []
