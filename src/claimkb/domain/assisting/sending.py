"""How much of a text is sent to a model, and what may that cost? Its beginning, up to the end of a sentence."""

from claimkb.domain.suggesting.sentences import sentences

LONGEST = 40_000
"""How many characters of a text are sent at most."""


def beginning(text: str, language: str, most: int = LONGEST) -> str:
    """Cut a text to a length, at the end of a sentence; where none ends before, at a space."""
    if len(text) <= most:
        return text
    ends = [each.end for each in sentences(text[:most], language)][:-1]  # the last one may go on
    end = max(ends, default=0) or text.rfind(" ", 0, most)
    return text[: end if end > 0 else most]


def tokens_of(text: str) -> int:
    """Reckon how many tokens a text has, before anybody counts them: one for three bytes of UTF-8, more than most models make."""
    return -(-len(text.encode("utf-8", "replace")) // 3)
