"""Whom does the beginning of a sentence name: a person, a body, a document?"""

from claimkb.domain.suggesting.rules import Rules
from claimkb.domain.suggesting.words import Words

_TITLED = ("titles", "portfolios", "articles")
_FAR = 14
"""How many words an opening before a comma has at most: "Speaking after the match, …"."""
_NOUN = 4
"""How many words a body or a document has at most with its article: "a short joint statement"."""


def name_of(words: Words, rules: Rules) -> tuple[int, int]:
    """Tell which words are the name that begins a sentence, or follows its opening: "Speaking in Marl, Ann Poe spoke and said"."""
    begin = _after_opening(words, rules)
    end = begin
    while end < len(words.forms) - 1 and (words.is_capital(end) or any(_has(rules, each, words.forms[end]) for each in _TITLED)):
        end += 1
    return begin, end


def _after_opening(words: Words, rules: Rules) -> int:
    """Skip the words before the first comma, where the first of them leads in a circumstance."""
    first = words.forms[0]
    endings = tuple(rules.words.get("speakers.no_name_endings", ()))
    is_opening = _has(rules, "openers", first) or (endings and first.endswith(endings) and not words.is_capital(1))
    if not is_opening or "," not in words.forms[:_FAR]:
        return 0
    return words.forms.index(",") + 1


def person_of(words: Words, rules: Rules) -> tuple[int, int] | None:
    """Tell which words name a person with an office at the beginning of a sentence; None where none do."""
    begin, end = name_of(words, rules)
    at = next((at for at in range(begin, end) if _has(rules, "titles", words.forms[at])), None)
    return (begin, end) if at is not None and end > at + 1 and words.is_capital(end - 1) else None


def body_of(words: Words, rules: Rules) -> tuple[int, int] | None:
    """Tell which words name the body or the document that begins a sentence: "the board", "Under a joint statement"."""
    is_under = _has(rules, "under", words.forms[0])
    begin, kind = (1, "documents") if is_under else (0, "bodies")
    if len(words.forms) <= begin + 1 or not _has(rules, "articles", words.forms[begin]):
        return None
    last = min(begin + _NOUN, len(words.forms) - 1)
    noun = next((at for at in range(begin + 1, last) if _has(rules, kind, words.forms[at])), None)
    if noun is None or not all(words.is_word(at) for at in range(begin, noun)):
        return None
    return begin, noun + 1 if is_under else _with_owner(words, rules, noun + 1)


def _with_owner(words: Words, rules: Rules, end: int) -> int:
    """Add whose body it is: "the board of the Marl Trust"."""
    at = end
    while at < len(words.forms) - 1 and (_has(rules, "particles", words.forms[at]) or words.is_capital(at)):
        at += 1
    while at > end and not words.is_capital(at - 1):
        at -= 1
    return at


def _has(rules: Rules, name: str, form: str) -> bool:
    return rules.has(f"speakers.{name}", form)
