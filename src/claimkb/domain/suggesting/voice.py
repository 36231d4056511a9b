"""Whose words is a text that one person speaks: a speech, an interview, a column?"""

import re
from itertools import islice

from claimkb.domain.suggesting.quoted import Quoted
from claimkb.domain.suggesting.rules import Rules
from claimkb.domain.suggesting.suggestion import Passage, Speaker
from claimkb.domain.suggesting.words import Words

_WORD = re.compile(r"\w+")
_LEAST = 3
"""How often "we" and "I" stand outside of quotations at least."""
_MOST = 100
"""How long a line is at most that names who speaks or writes."""
_LINES = 3
_READ = 20_000
_FULL_NAME = 2


def voice_of(text: str, title: str | None, rules: Rules, quoted: Quoted) -> Speaker | None:
    """Find the person who speaks a text: named in its heading, or in a line after it, and saying "we" and "I"."""
    lines = [line.strip() for line in islice(text[:_READ].splitlines(), _LINES)]
    headings = [line for line in dict.fromkeys([(title or "").strip(), *lines]) if 0 < len(line) <= _MOST]
    name = next((found for line in headings if (found := _name_in(Words(Passage(line, 0, len(line))), rules))), None)
    return Speaker(name, is_guess=True) if name and _speaks(text[:_READ], rules, quoted) else None


def _speaks(text: str, rules: Rules, quoted: Quoted) -> bool:
    """Tell whether somebody says "we" and "I" outside of quotations."""
    own = (match for match in _WORD.finditer(text) if rules.has("speakers.selves", match[0].lower()))
    return sum(1 for _ in islice((match for match in own if quoted.around(match.start()) is None), _LEAST)) == _LEAST


def _name_in(words: Words, rules: Rules) -> str | None:
    """Find the name before a colon that ends there, or after "to", "with" and "by" at the end of a line."""
    colon = words.forms.index(":") if ":" in words.forms else 0
    before = _run_back(words, colon, rules)
    is_led = before is not None and all(
        words.is_capital(at) or rules.has("speakers.titles", words.forms[at]) for at in range(before)
    )
    if before is not None and is_led:
        return words.text(before, colon)
    begin = _run_back(words, len(words.forms), rules)
    if begin is None or begin == 0 or not rules.has("speakers.voice", words.forms[begin - 1]):
        return None
    return words.text(begin, len(words.forms))


def _run_back(words: Words, end: int, rules: Rules) -> int | None:
    """Go back over the capital words before a place; None where they are no full name."""
    begin = end
    while begin > 0 and words.is_capital(begin - 1) and not rules.has("speakers.titles", words.forms[begin - 1]):
        begin -= 1
    return begin if end - begin >= _FULL_NAME else None
