"""Which dates does a text name as days to come, and what do they mean? An interval each, its bound, and the sum in words.

The grammar is loaded when a text is read for the first time: few processes read one.
"""

from datetime import date

from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.phrase import Cue, DatePhrase, DueReading

__all__ = ["Cue", "DatePhrase", "DueReading", "Grain", "due_readings", "find_dates"]


def find_dates(text: str, said_on: date | None, language: str, country: str | None = None) -> list[DatePhrase]:
    """Find the date phrases of a text, in their order."""
    from claimkb.domain.date_phrases import finding

    return finding.find_dates(text, said_on, language, country)


def due_readings(text: str, said_on: date | None, language: str, country: str | None = None) -> list[DueReading]:
    """List what the words of a date mean, the likeliest meaning first."""
    from claimkb.domain.date_phrases import finding

    return finding.due_readings(text, said_on, language, country)
