"""Which records do words find, and which claims say nearly the same?

entries    the words of each record, folded, beside it
matching   the records that a search finds
alike      the claims most like a statement, or like each of many
"""

from claimkb.store.search.alike import Alike, similar, similar_to_all
from claimkb.store.search.entries import folded, said, said_of, watch
from claimkb.store.search.matching import SEARCH, is_empty, matching, ordered, records_of, syntax

__all__ = [
    "SEARCH",
    "Alike",
    "folded",
    "is_empty",
    "matching",
    "ordered",
    "records_of",
    "said",
    "said_of",
    "similar",
    "similar_to_all",
    "syntax",
    "watch",
]
