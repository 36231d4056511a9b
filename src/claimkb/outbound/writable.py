"""Which characters can a feed or a calendar hold? U+FFFD takes the place of any other."""

import re

_UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document can hold, even escaped (2.2), nor the text of a calendar (RFC 5545, 3.1: CONTROL, DEL)."""


def writable(text: str) -> str:
    """Replace the characters that cannot be written."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
