"""What of a text can a feed or a calendar hold? What they cannot is shown as a sign that stands for it."""

import re

_UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, not even escaped (2.2), and no text of a calendar (RFC 5545, 3.1: CONTROL, also DEL)."""


def writable(text: str) -> str:
    """Write a text without what cannot be written."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
