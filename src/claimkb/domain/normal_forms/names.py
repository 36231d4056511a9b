"""How do names look to a reader, and what does a filter look for in them?"""

import unicodedata

from claimkb.domain.normal_forms.signs import STRETCH, TURNING, TYPESET, UNSEEN, indexable, is_dash
from claimkb.domain.normal_forms.words import fold


def _seen(text: str) -> str:
    """Leave out what cannot be seen."""
    return text if text.isascii() else UNSEEN.sub("", text).replace(STRETCH, "")


def _plain_signs(text: str) -> str:
    """Write every apostrophe, quotation mark and dash in the plain way, and one space for each run of them."""
    signs = "".join("-" if is_dash(sign) else sign for sign in text.translate(TYPESET))
    return " ".join(signs.split())


def name_form(name: str) -> str:
    """Write a name as it looks to a reader (NFKC_Casefold, D147): accents count, and what cannot be seen does not."""
    plain = _plain_signs(_seen(unicodedata.normalize("NFC", name)))
    for _ in range(2):
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", plain).casefold())
    return indexable(_plain_signs(_seen(plain)))


def filter_form(text: str) -> str:
    """Write a text so that a filter finds a part of it: without case and accents, and with one space for each run of them."""
    return unicodedata.normalize("NFD", " ".join(fold(text).split()))


def check_can_be_seen(name: str) -> str:
    """Refuse a name of which nothing can be seen, and one that turns the direction of what stands beside it."""
    if not name.isascii():
        if not name_form(name):
            raise ValueError("Nothing of this can be seen: write it in letters.")
        if found := TURNING.search(name):
            raise ValueError(f"The text holds U+{ord(found[0]):04X}, which turns the direction of what follows: take it out.")
    return name
