"""Which characters do bytes stand for? What is declared may be wrong, and what is no text is refused."""

import codecs
import re

from claimkb.domain.capturing import NotReadable

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META_WITHIN = 4096
"""Within how many bytes a page declares its charset (HTML Standard: 1024, but pages of newsrooms are not as strict)."""

_FAMILIES = ("utf_8", "utf-8", "utf-16", "iso8859", "cp", "koi8", "mac", "gb", "hz", "big5", "shift", "euc", "tis", "ptcp")
"""How Python's names of the charsets of texts begin; it has codecs of other things, too."""

_LATIN = ("ascii", "iso8859-1")
"""What is declared so is read as windows-1252, as browsers do (Encoding Standard)."""

GUESSED = "The charset of its letters was guessed, as it is not declared, or wrongly: look at letters such as é."

_OF_THE_WEB = [
    *(f"cp125{number}" for number in range(9)),
    *("iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8", "koi8_r", "koi8_u", "cp874", "cp932"),
    *("shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"),
]
"""The charsets that pages may have (Encoding Standard), without those of which another one has all letters."""

_AS_LIKELY = 0.1

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.005


def _declared(name: str | None) -> str | None:
    """Return Python's name of a charset; None of one that there is not."""
    try:
        found = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    if found in _LATIN:
        return "cp1252"
    return found if found.startswith(_FAMILIES) else None


def charset_in(content: bytes) -> str | None:
    """Find the charset that a page declares in itself."""
    found = _META.search(content[:_META_WITHIN])
    return found[1].decode() if found else None


def _detected(content: bytes) -> str:
    """Decode bytes whose charset nobody tells rightly, by the letters that they would make; else by the usual one."""
    import charset_normalizer

    found = list(charset_normalizer.from_bytes(content, cp_isolation=_OF_THE_WEB))
    if not found:
        raise NotReadable("url", problem="they are letters in no charset")
    best = found[0]
    usual = [each for each in found if each.encoding == "cp1252" and each.chaos <= best.chaos]
    return str(usual[0] if usual and usual[0].coherence > best.coherence - _AS_LIKELY else best)


def decode(content: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """Decode the bytes of a text: as UTF-8 where they are that, else as declared, else as is likeliest, with a warning."""
    for bom, name in _BOMS:
        if content.startswith(bom):
            return _checked(content.decode(name, errors="replace")), ()
    charset = _declared(declared)
    is_wide = b"\x00" in content  # UTF-16 has NUL, which UTF-8 knows as a character, too
    for name in (*([] if is_wide else ["utf-8"]), *([charset] if charset else [])):
        try:
            return _checked(content.decode(name)), ()
        except UnicodeDecodeError:
            continue
    if is_wide:
        raise NotReadable("url", problem="they hold NUL, as programs and pictures do")
    return _checked(_detected(content)), (GUESSED,)


def _checked(text: str) -> str:
    """Refuse what is no text for all that it can be decoded."""
    controls = len(_CONTROL.findall(text))
    if "\x00" in text or controls > _MOST_CONTROL * len(text):
        raise NotReadable("url", problem="too many of them stand for control characters, as in programs and pictures")
    return _CONTROL.sub("", text) if controls else text
