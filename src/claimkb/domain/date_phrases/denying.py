"""Is it denied what a date phrase dates? "It won't open before 2030" does not say that it opens by 2029."""

from collections.abc import Mapping
from typing import Any

from claimkb.domain.date_phrases.tokens import PARAGRAPH, Tokens

BEFORE, UNTIL, NOT_BEFORE = "before", "until", "not_before"
"""The meanings of rules that a denial turns round, and into which."""
FAR = 16
"""How many words before a date phrase a denial is looked for."""
NEAR = 4
"""How many words after it, where it is the subject: "completion before 2030 is most unlikely"."""
ASIDE = 6
"""How many words stand between two commas at most that only put in a remark."""
_ENDS = frozenset((".", "!", "?", "…", "。", ";", ":", PARAGRAPH))


def meaning_of(meaning: str, tokens: Tokens, at: int, end: int, settings: Mapping[str, Any]) -> str:
    """Tell what a phrase of these tokens means: "before" and "until" in what is denied are "not before"."""
    words = settings.get("denial", {})
    if meaning not in (BEFORE, UNTIL) or not words:
        return meaning
    is_denied = _is_denied_before(tokens.forms, at, words) or _is_denied_after(tokens.forms, at, end, words)
    return NOT_BEFORE if is_denied else meaning


def _is_denied_before(forms: list[str], at: int, words: Mapping[str, list[str]]) -> bool:
    """Tell whether a word that denies stands before, in the same part of the sentence, and is not itself taken back."""
    least, is_awaited = max(0, at - FAR), False
    while at > least:
        form = forms[at - 1]
        if form in _ENDS or any(form in words[group] for group in ("parts", "lifts", "ifs")):
            return False
        is_awaited = is_awaited or form in words["awaited"]
        if _denies(form, is_awaited, words):
            return forms[at] not in words["not_with"] and not _is_condition(forms, at - 1, words)
        at = _before_aside(forms, at - 1, least) if form == "," else at - 1
    return False


def _denies(form: str, is_awaited: bool, words: Mapping[str, list[str]]) -> bool:
    """Tell whether a word denies. "No sale before 2030" says what lasts until then; "no decision is due before 2030" does not."""
    return form in words["words"] or (is_awaited and form in words["absence"])


def _is_condition(forms: list[str], at: int, words: Mapping[str, list[str]]) -> bool:
    """Tell whether a word belongs to a condition: "if it does not rain it will open before June"."""
    before = forms[max(0, at - NEAR) : at]
    return any(form in words["ifs"] for form in before) and "," not in before


def _before_aside(forms: list[str], comma: int, least: int) -> int:
    """Go back over a remark between two commas; a single comma parts the sentence."""
    opening = next((at for at in range(comma - 1, max(least, comma - ASIDE) - 1, -1) if forms[at] == ","), least)
    return opening if forms[opening] == "," else least


def _is_denied_after(forms: list[str], at: int, end: int, words: Mapping[str, list[str]]) -> bool:
    """Tell whether a verb that denies follows: "completion before 2030 is unlikely", "Before 2030, it won't open"."""
    is_first = at == 0 or forms[at - 1] in _ENDS
    if not is_first and forms[end] not in words["verbs"]:
        return False
    end += forms[end] == ","
    for place in range(end, min(end + (FAR if is_first else NEAR), len(forms) - 1)):
        form = forms[place]
        if form in _ENDS or form == "," or any(form in words[group] for group in ("parts", "ifs", "relatives")):
            return False
        if form in words["words"]:
            return forms[place + 1] not in (*words["not_with"], *words["lifts"])
    return False
