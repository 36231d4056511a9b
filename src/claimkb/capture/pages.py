"""What does a page of HTML say, and what does it say of itself? Its furniture is left out by trafilatura."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from trafilatura import bare_extraction, load_html
from trafilatura.metadata import extract_metadata

from claimkb.capture import characters, published
from claimkb.capture.fetching import Page
from claimkb.domain.capturing import Extract, LoginPage, PageWithoutText, Paywalled

NO_ARCHIVE = "The site asks programs to keep no copy of this page (noarchive): keep its text for your work, and do not publish it."

_FORMATS = "\u061c\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Joiners, and marks of direction (UAX #9): letters of Arabic, Persian and Hebrew stand otherwise without them."""

_STAND_INS = tuple(map(chr, range(0x10600, 0x10737)))
"""Signs of Linear A: trafilatura drops what cannot be printed, so these stand for _FORMATS meanwhile, where a page has none."""

_ARTICLE = re.compile(r"Article|Posting|Report|WebPage|Transcript|Dataset|CreativeWork", re.IGNORECASE)
_SHORTEST, _SHORT = 50, 1000
"""Fewer characters than this are no article; fewer than that beside a field for a password are a page to sign in."""

_SAME_SITE = re.compile(r"^(?:www|m|amp|mobile)\.")


def _metas(tree: Any) -> dict[str, str]:
    """Read the meta elements: of several with a name, the first."""
    found: dict[str, str] = {}
    for meta in tree.iterfind(".//meta[@content]"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or "").lower()
        found.setdefault(name, meta.get("content").strip())
    return found


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """Read what the page says of itself in JSON-LD; what it says of other pages lies deeper."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            told = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for each in told if isinstance(told, list) else [told]:
            if isinstance(each, dict):
                graph = each.get("@graph")
                yield from (node for node in (each, *(graph if isinstance(graph, list) else ())) if isinstance(node, dict))


def _articles(tree: Any) -> list[dict[str, Any]]:
    """List the articles and pages among it, articles first."""
    found = [each for each in _linked_data(tree) if _ARTICLE.search(str(each.get("@type")))]
    return sorted(found, key=lambda each: "page" in str(each.get("@type")).lower())


def is_same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are of one site: its own name, or one below it."""
    hosts = sorted((_SAME_SITE.sub("", (urlsplit(each).hostname or "").lower()) for each in (one, other)), key=len)
    return bool(hosts[0]) and (hosts[0] == hosts[1] or ("." in hosts[0] and hosts[1].endswith(f".{hosts[0]}")))


def _canonical(tree: Any, metas: Mapping[str, str], address: str | None) -> str | None:
    """Find the address that a page names as its own: of the same site, and not its first page for every article."""
    links = [each.get("href") for each in tree.iterfind(".//link[@href]") if (each.get("rel") or "").lower() == "canonical"]
    for link in filter(None, (*links, metas.get("og:url"))):
        try:
            named = urljoin(address or "", link.strip())
            parts = urlsplit(named)
        except ValueError:
            continue
        if not address or parts.scheme not in ("http", "https") or not is_same_site(address, named):
            continue
        if parts.path.strip("/") or not urlsplit(address).path.strip("/"):
            return str(named)
    return None


def _language(tree: Any, metas: Mapping[str, str], articles: list[dict[str, Any]], page: Page) -> str | None:
    """Find the language that a page says it has."""
    root = tree if tree.tag == "html" else tree.getroottree().getroot()
    told = (root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"), root.get("xml:lang"))
    more = (*(each.get("inLanguage") for each in articles), metas.get("content-language"), metas.get("og:locale"), page.language)
    for each in (*told, *more):
        if isinstance(each, str) and re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", each.strip()):
            return each.strip().replace("_", "-")
    return None


def _text(tree: Any, address: str | None) -> str:
    """Take the text out of a page, with the characters that cannot be seen but turn what is read."""
    whole = "".join(tree.itertext())
    used = [sign for sign in _FORMATS if sign in whole]
    free = (sign for sign in _STAND_INS if sign not in whole)
    there = {ord(sign): stand_in for sign, stand_in in zip(used, free, strict=False)}
    if there:
        for element in tree.iter():
            element.text = element.text and element.text.translate(there)
            element.tail = element.tail and element.tail.translate(there)
    found = bare_extraction(tree, url=address, include_comments=False)
    text = (getattr(found, "text", None) or "").strip()
    return text.translate({ord(stand_in): chr(sign) for sign, stand_in in there.items()})


def _is_paid(article: Mapping[str, Any]) -> bool:
    """Tell whether an article says that it is not free to read."""
    return str(article.get("isAccessibleForFree", True)).lower() == "false"


def _publisher(name: str | None, address: str | None) -> str | None:
    """Take the name of a site; not its address, which stands there where a page names nobody."""
    host = _SAME_SITE.sub("", urlsplit(address or "").hostname or "")
    return name if name and name.lower().removeprefix("www.") != host else None


def read(page: Page) -> Extract:
    """Read a page: its text, and what it says of itself. Refuse one that shows no article."""
    source, guessed = characters.decode(page.content, page.charset or characters.charset_in(page.content))
    tree: Any = load_html(source)
    if tree is None:
        raise PageWithoutText("url")
    metas, articles = _metas(tree), _articles(tree)
    has_password = any(each.get("type").lower() == "password" for each in tree.iterfind(".//input[@type]"))
    fields = published.dated(published.find(tree, articles, metas, page.url))
    robots = f"{page.robots} {metas.get('robots', '')} {metas.get('claimkb', '')}".lower()
    about = extract_metadata(tree, default_url=page.url, extensive=False)
    fields |= {"canonical": _canonical(tree, metas, page.url), "language": _language(tree, metas, articles, page)}
    if any(map(_is_paid, articles)):
        raise Paywalled("url")
    text = _text(tree, page.url)
    if has_password and len(text) < _SHORT:
        raise LoginPage("url")
    if len(text) < _SHORTEST:
        raise PageWithoutText("url")
    byline = ", ".join(part.strip() for part in (about.author or "").split(";") if part.strip())
    fields |= {"title": about.title, "byline": byline or None, "publisher": _publisher(about.sitename, page.url)}
    return Extract(text, url=page.url, warnings=(*guessed, *([NO_ARCHIVE] if "noarchive" in robots else [])), **fields)
