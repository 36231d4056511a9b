"""Which dates does a text name as days to come, and what do they mean? An interval each, its bound, and the sum in words."""

from claimkb.domain.date_phrases.finding import due_readings, find_dates
from claimkb.domain.date_phrases.grain import Grain
from claimkb.domain.date_phrases.phrase import Cue, DatePhrase, DueReading

__all__ = ["Cue", "DatePhrase", "DueReading", "Grain", "due_readings", "find_dates"]
