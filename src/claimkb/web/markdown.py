"""How do texts of others come into a page of Markdown without changing it? A template escapes all that it shows."""

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import category

from markupsafe import Markup

_STEERING = re.compile(r"[\\`*\[\]<|~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|(?:^|(?<= ))#|^[>+=-]")
"""The characters with a meaning in Markdown (CommonMark, and GitHub's): anywhere, between words, or at the start of a line."""

_NUMBERED = re.compile(r"^(\d+)(?=[.)](?: |$))")


def one_line(value: object) -> str:
    """Write a value on one line, without control characters."""
    line = re.sub(r"\s+", " ", str(value))
    return "".join("\N{REPLACEMENT CHARACTER}" if category(sign) == "Cc" else sign for sign in line)


def escaped(line: str) -> str:
    """Escape a line, so that Markdown shows it as it is."""
    return _NUMBERED.sub(r"\1\\", _STEERING.sub(r"\\\g<0>", line))


def marked(text: str) -> Markup:
    """Mark a text as Markdown, so that a template leaves it as it is."""
    return Markup(text)  # noqa: S704 - what is marked is no HTML, and no browser sees it


def written(value: object) -> Markup:
    """Write a value of a template: escaped, unless it is Markdown already."""
    return value if isinstance(value, Markup) else marked(escaped(one_line(value).strip()))


def link(address: str) -> Markup:
    """Write a web address as a link."""
    return marked(f"<{one_line(address).replace('<', '%3C').replace('>', '%3E').replace(' ', '%20')}>")


def _is_mark(sign: str) -> bool:
    """Tell whether a sign is punctuation or a symbol."""
    return category(sign)[0] in "PS"


def _is_in_word(sign: str) -> bool:
    """Tell whether a sign may be part of a word."""
    return sign not in ("", " ") and category(sign)[0] != "P"


def _bold_part(before: str, exact: str, after: str) -> tuple[int, int]:
    """Find the part of a text that can be bold: no space at its ends, and no mark there that touches a word outside."""
    begin, end = 0, len(exact)
    while begin < end and (exact[begin] == " " or (_is_mark(exact[begin]) and _is_in_word((before + exact[:begin])[-1:]))):
        begin += 1
    while begin < end and (exact[end - 1] == " " or (_is_mark(exact[end - 1]) and _is_in_word((exact[end:] + after)[:1]))):
        end -= 1
    return begin, end


def quoted(quote: Mapping[str, Any]) -> Markup:
    """Write a quote in bold, in its context."""
    before, exact, after = (one_line(quote[name] or "") for name in ("prefix", "exact", "suffix"))
    before, after = before.lstrip(), after.rstrip()
    exact = exact if before else exact.lstrip()  # what begins the line is escaped as such
    begin, end = _bold_part(before, exact, after)
    bold = f"**{escaped(exact[begin:end])}**"
    line = (
        f"{escaped(before + exact[:begin])}{bold}{escaped(exact[end:] + after)}" if begin < end else escaped(before + exact + after)
    )
    is_cut = bool(before) and (quote["start"] is None or quote["start"] > len(quote["prefix"]))
    return marked(f"{'…' if is_cut else ''}{line.strip()}{'…' if after else ''}")
