"""What do the rules of the tables mean? A function each, by the name that the tables use."""

from claimkb.domain.date_phrases.meanings import days, divisions, fiscal, lengths, parts, ranges, years
from claimkb.domain.date_phrases.meanings.calendar import Named, NoDay, label, write
from claimkb.domain.date_phrases.meanings.context import Context, Frame

__all__ = ["Context", "Frame", "Named", "NoDay", "label", "write"]
__all__ += ["days", "divisions", "fiscal", "lengths", "parts", "ranges", "years"]
