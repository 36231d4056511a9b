"""What may be seen of a text? In a log and on a terminal neither what steers it, nor secrets; in a chat, nothing that calls."""

import re

_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters (C0 and C1), separators of lines, and what turns the direction of what follows (UAX #9)."""

_SECRET = re.compile(r"(ckb_[a-z0-9]+_|whsec_)[\w+/=-]+|(?<=://)[^\s/@]+@")
"""Tokens, signing secrets, and what stands before the host of an address."""

_MARKS = ("ckb_", "whsec_", "://")
"""Every such secret has one of these; looking for them takes less time."""

_ADDRESS = re.compile(r"([A-Za-z][\w+.-]*://)[^\s'\"]+")
_QUOTED = re.compile(r"(['\"“]).*?(?:\1|”|$)", re.DOTALL)
_LONGEST = 300

_CALL = re.compile(r"[@\uff20\ufe6b<](?=\S)")
"""The beginning of a mention: @everyone, @here and @name; <!channel>, <@id> and <users/all>; and the wide and small forms of @."""


def visible(text: str) -> str:
    r"""Write what would steer a terminal as its code, such as \x1b."""
    if text.isprintable():  # as most lines are: nothing of that kind is in it
        return text
    return _STEERING.sub(lambda sign: f"\\x{ord(sign[0]):02x}" if sign[0] < "\u0100" else f"\\u{ord(sign[0]):04x}", text)


def calling_nobody(text: str) -> str:
    """Write a text so that no chat reads a mention in it: a word joiner, which nobody sees, stands after what one begins with."""
    return _CALL.sub("\\g<0>\N{WORD JOINER}", text)


def without_secrets(text: str) -> str:
    """Take out of a text what looks like a secret of ours."""
    if not any(mark in text for mark in _MARKS):
        return text
    return _SECRET.sub(lambda found: f"{found[1] or ''}…" + ("" if found[1] else "@"), text)


def without_addresses(text: str) -> str:
    """Take out of a text where addresses lead: of many a service, the path is the password."""
    return _ADDRESS.sub(r"\1…", text)


def said_of_crash(message: str) -> str:
    """Tell of the message of an exception what is no value: its first line, with … in the place of what stands in quotes.

    A library may put into it whatever it was given: an address with its password, or an article.
    """
    first = message.partition("\n")[0]
    return without_addresses(without_secrets(_QUOTED.sub("'…'", first)[:_LONGEST]))
