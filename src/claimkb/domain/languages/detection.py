"""In which language is a text? In the one whose words of function it has most of, if these are enough of its words.

Some languages have this table alone: else a text in one of them would be taken for its nearest relative that has more.
"""

import re
from functools import cache

from claimkb.domain import languages

DETECTION = "detection"
"""The table of a language that holds its words of function."""

ENOUGH = 0.15
"""Which share of its words a text has of its own language; in running text it is from a quarter to a half."""

CLEARLY = 1.5
"""How many times as many a text has of its own language as of any other."""

LOOKED_AT, FEWEST = 20_000, 5
"""How many characters are looked at, and from how many words on a language can be told."""

_WORD = re.compile(r"[^\W\d_]+")


@cache
def told() -> tuple[str, ...]:
    """List the languages that can be told, by their codes."""
    return tuple(code for code in languages.folders() if languages.has(code, DETECTION))


@cache
def _words(code: str) -> frozenset[str]:
    """Read the words of function of a language."""
    return frozenset(languages.table(code, DETECTION)["function_words"])


def detect(text: str) -> str | None:
    """Tell the language of a text by its code; None where it is not clear."""
    said = [word.casefold() for word in _WORD.findall(text[:LOOKED_AT])]
    if len(said) < FEWEST:
        return None
    shares = sorted(((sum(word in _words(code) for word in said) / len(said), code) for code in told()), reverse=True)
    (most, code), (next_most, _) = (*shares, (0.0, ""), (0.0, ""))[:2]
    return code if most >= ENOUGH and most >= CLEARLY * next_most else None
