"""Which records do words find, and which claims say nearly the same?

entries    the words of each record, folded, beside it
matching   the records that a search finds
alike      the claims most like a statement, or like each of many
passages   the sentences of a text that are like claims
"""

from claimkb.store.search.alike import Alike, similar, similar_to_all
from claimkb.store.search.entries import folded, said, said_of, watch
from claimkb.store.search.matching import SEARCH, is_empty, matching, ordered, records_of, syntax
from claimkb.store.search.passages import MOST_ALIKE, SimilarPassage, similar_in_text

__all__ = [
    "MOST_ALIKE",
    "SEARCH",
    "Alike",
    "SimilarPassage",
    "folded",
    "is_empty",
    "matching",
    "ordered",
    "records_of",
    "said",
    "said_of",
    "similar",
    "similar_in_text",
    "similar_to_all",
    "syntax",
    "watch",
]
