"""Which addresses of the web lead to the same page?"""

import re

from claimkb.domain.normal_forms.signs import indexable

_TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id mc_cid mc_eid _ga _gl "  # noqa: SIM905
    "vero_id oly_enc_id oly_anon_id s_cid wickedid mkt_tok rb_clickid __s _openstat srsltid ref_src ref_url cmpid at_campaign "
    "at_medium xtor".split()
)
"""Names of what tells only where a reader came from. (Not source, ref, id or session: of many a page they say which one it is.)"""

_ENCODED = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


def _decoded(found: re.Match[str]) -> str:
    """Write what need not be percent-encoded as it is, and the rest in capitals (RFC 3986, 6.2.2)."""
    byte = int(found[1], 16)
    return chr(byte) if byte in _UNRESERVED else found[0].upper()


def _is_kept(parameter: str) -> bool:
    """Tell whether a parameter of an address may say which page it is."""
    name = parameter.partition("=")[0].lower()
    return bool(parameter) and not name.startswith("utm_") and name not in _TRACKING


def address_form(address: str) -> str:
    """Write an address by the URL Standard, without a fragment and without parameters that only follow readers around.

    A fragment that begins with ! or / stays: pages of one document are told apart by it. What the Standard cannot read stays.
    """
    from ada_url import URL

    try:
        url = URL(address.strip())
    except ValueError:
        return indexable(address)
    kept = "&".join(filter(_is_kept, url.search.removeprefix("?").split("&")))
    url.search = kept and f"?{kept}"
    if not url.hash.startswith(("#!", "#/")):
        url.hash = ""
    return indexable(_ENCODED.sub(_decoded, url.href))


def probably_same(address: str) -> list[str]:
    """Write the forms of addresses that probably lead to the same page: with http or https, with a slash at the end or without."""
    form = address_form(address)
    page, _, rest = form.partition("://")[2].partition("?")
    bare, query = page.rstrip("/"), rest and f"?{rest}"
    return sorted({indexable(f"{scheme}://{bare}{end}{query}") for scheme in ("http", "https") for end in ("", "/")} - {form})
