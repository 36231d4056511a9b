"""When are words that somebody copied those of a text?"""

import re
import unicodedata
from collections.abc import Mapping

from claimkb.domain.normal_forms.signs import TYPESET, UNSEEN, is_dash

_KEPT_APART = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>", "<font>")
"""The kinds of characters that Unicode takes for alike, and a reader does not: 10² is not 102."""


class _Typeset(dict[int, str]):
    """The form of each sign in comparisons of quotes, computed when the sign is first met."""

    def __missing__(self, code: int) -> str:
        """Write a sign in the plain way: marks and dashes, ligatures and forms that letters take in their place, spaces."""
        sign = chr(code)
        if UNSEEN.match(sign):
            plain = ""
        elif code in TYPESET:
            plain = TYPESET[code]
        elif is_dash(sign):
            plain = "-"
        elif sign.isspace():
            plain = " "
        else:
            parts = unicodedata.normalize("NFKD" if _is_typeset(sign) else "NFD", sign)
            plain = sign if parts == sign else unicodedata.normalize("NFC", "".join(self[ord(part)] for part in parts))
        self[code] = plain
        return plain


def _is_typeset(sign: str) -> bool:
    """Tell whether a sign only looks otherwise than what Unicode takes it for. An accent that stands by itself is no space."""
    taken_apart = unicodedata.decomposition(sign)
    is_one = taken_apart.startswith("<") and not taken_apart.startswith(_KEPT_APART)
    return is_one and not unicodedata.normalize("NFKC", sign).startswith(" ")


PLAIN = _Typeset()


PERHAPS_TYPESET = re.compile(
    "[^ -_a-~\u00c0-\u0131\u0150-\u017e\u0391-\u03c9\u0400-\u052f\u05d0-\u05ea\u0620-\u0674\u0679-\u06ff\u0900-\u0957\u0e01-\u0e32"
    "\u1ea0-\u1ef9\u3041-\u3096\u4e00-\u9fff\uac00-\ud7a3]"
)
"""All but the usual letters of the alphabets that most texts are in: those are plain, and to look at each would take its time."""


_FEW = 40
"""Of how many signs each is replaced by itself: of more, it is quicker to look at each letter once."""


def unlike_plain(text: str) -> dict[str, str]:
    """List the signs of a text that quotes are not compared by, each with what is written in its place."""
    return {sign: plain for sign in set(PERHAPS_TYPESET.findall(text)) if (plain := PLAIN[ord(sign)]) != sign}


def composed(text: str, unlike: Mapping[str, str] | None = None) -> str:
    """Write a text in the plain signs and in NFC: what is one letter to a reader is one, or has its marks behind it.

    `unlike` is told where it is known.
    """
    unlike = unlike_plain(text) if unlike is None else unlike
    if len(unlike) > _FEW:
        text = text.translate({ord(sign): plain for sign, plain in unlike.items()})
    else:
        for sign, plain in unlike.items():
            text = text.replace(sign, plain)
    return unicodedata.normalize("NFC", text)


def quote_form(text: str, unlike: Mapping[str, str] | None = None) -> str:
    """Write words as quotes are compared: composed, with one space for each run of them."""
    return " ".join(composed(text, unlike).split())
