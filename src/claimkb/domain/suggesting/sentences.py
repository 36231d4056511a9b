"""Where do the sentences of a text begin and end?

A line break ends a sentence, as headings and items of a list have no full stop; not where the next line goes on in lower case, or
where a full line is broken. A full stop ends none after an abbreviation, after an initial, or before a word in lower case.
"""

import re
from collections.abc import Iterator

from claimkb.domain.suggesting.rules import Rules, rules_of
from claimkb.domain.suggesting.suggestion import Passage

MOST_CHARACTERS = 1500
"""Where a sentence is longer, it is cut at the next space: so what is done with one sentence is bounded."""

_BROKEN = range(60, 120)
"""How long a line is that is broken because it is full."""

_END = re.compile("[.!?…؟۔।]++(?:[\"'”’)\\]]++|[ \u00a0\u202f]?»)*+(?=\\s|$)|[。！？]++[”’」』）]*+|\n[^\\S\n]*+(?:\n\\s*+)?|$")
"""A mark that ends a sentence, with the quotes and brackets that it closes; or line breaks; or the end of the text."""

_SPACE = re.compile(r"\s*+")
_GAP = re.compile(r"\s")
_WORD_BEFORE = 24
"""How long an abbreviation is at most."""


def sentences(text: str, language: str) -> list[Passage]:
    """Split a text into its sentences, in their order."""
    return [sentence for begin, end in _spans(text, rules_of(language)) for sentence in _cut(text, begin, end)]


def _spans(text: str, rules: Rules | None) -> Iterator[tuple[int, int]]:
    """Give the begin and the end of each sentence."""
    begin = 0
    for match in _END.finditer(text):
        if match.start() < begin:
            continue
        if _is_end(text, begin, match, rules):
            yield begin, match.end()
            begin = match.end()


def _is_end(text: str, begin: int, match: re.Match[str], rules: Rules | None) -> bool:
    """Tell whether a mark ends the sentence that begins at a place."""
    mark = match[0]
    if "\n" in mark:
        return mark.count("\n") > 1 or not _goes_on(text, begin, match)
    follows = _SPACE.match(text, match.end())
    after = follows.end() if follows else match.end()
    if after >= len(text) or "\n" in text[match.end() : after]:
        return True
    if text[after].islower() and mark[0] != "।":
        return False
    return mark != "." or not _is_abbreviated(text, begin, match.start(), after, rules)


def _goes_on(text: str, begin: int, match: re.Match[str]) -> bool:
    """Tell whether a sentence goes on after a line break."""
    first = text[match.end() : match.end() + 1]
    line = match.start() - max(begin, text.rfind("\n", begin, match.start()) + 1)
    return first.islower() or (line in _BROKEN and first.isalnum() and text[match.start() - 1] not in '.!?…:;"”»')


def _is_abbreviated(text: str, begin: int, stop: int, after: int, rules: Rules | None) -> bool:
    """Tell whether a full stop belongs to the word before it: an abbreviation, an initial, or the number of an item."""
    piece = text[max(begin, stop - _WORD_BEFORE) : stop]
    word = piece.split()[-1].lstrip("(\"'“‘«[").lower() if piece.split() else ""
    if not word or (stop - len(word) <= begin + 1 and word.isdigit()):
        return True
    if len(word) == 1 and piece[-1].isupper() and piece[-1].isalpha():
        return True
    if rules is None or word in rules.never_end:
        return rules is not None
    if word in rules.numbered:
        return text[after].isdigit()
    if word not in rules.sometimes_end:
        return False
    starter = re.split(r"\W", text[after : after + _WORD_BEFORE].lower(), maxsplit=1)[0]
    return starter not in rules.starters


def _cut(text: str, begin: int, end: int) -> Iterator[Passage]:
    """Give a sentence without the spaces around it, in pieces if it is too long; nothing where it has no word."""
    while begin < end:
        stop = end
        if end - begin > MOST_CHARACTERS:
            space = _GAP.search(text, begin + MOST_CHARACTERS, end)
            stop = space.start() if space else end
        exact = text[begin:stop]
        stripped = exact.strip()
        if stripped and (stripped[0].isalnum() or any(sign.isalnum() for sign in stripped)):
            start = begin + len(exact) - len(exact.lstrip())
            yield Passage(stripped, start, start + len(stripped))
        begin = stop + 1 if stop < end else end
