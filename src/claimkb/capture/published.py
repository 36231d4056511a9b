"""When was a page published? Only where it says so itself; a day that merely stands in its text is not taken."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from claimkb.domain.dates import EARLIEST, DatePrecision
from claimkb.domain.visible import visible

DATES_DIFFER = "It says several dates of publication: {taken} was taken, from {where}; {other} stands in {there}."

METAS = (
    *("article:published_time", "og:published_time", "og:article:published_time", "datepublished", "citation_publication_date"),
    *("parsely-pub-date", "sailthru.date", "publish-date", "publish_date", "publishdate", "pubdate", "publication_date"),
    *("dcterms.issued", "dcterms.created", "dc.date.issued", "dc.date.created", "dcterms.date", "dc.date", "dc.issued", "date"),
)
"""The names of meta elements that hold it, the surest first."""

_ISO = re.compile(r"(\d{4})(?:[-/.](\d\d?)(?:[-/.](\d\d?)(?:\D.*)?)?)?", re.DOTALL)
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?:\D.*)?", re.DOTALL)
_SOLID = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?\d{4,6}Z?)?")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-]([01]\d)(?:[/-]([0-3]\d))?(?=[/-]|$)")
_NOT_SET = date(1970, 1, 1)
"""What programs write that know no date."""

_MOST_TIMES = 50


@dataclass(frozen=True)
class Published:
    """A date of publication: its first day, how much of it is known, and where it stands."""

    day: date
    precision: DatePrecision
    where: str
    raw: str

    @property
    def note(self) -> str:
        """Tell where it was found, and how it is written there."""
        return f"Found in {self.where}: {self.raw}"


def read(raw: str, where: str) -> Published | None:
    """Read a date as pages write it for programs; None of what can mean two days, or none."""
    raw = visible(" ".join(raw.split())[:100].encode(errors="replace").decode())  # JSON may hold halves of surrogate pairs
    year = month = day = None
    if found := _SOLID.fullmatch(raw) or _ISO.fullmatch(raw):
        year, month, day = found.groups()
    elif found := _DOTTED.fullmatch(raw):
        day, month, year = found.groups()
    else:
        with suppress(ValueError, TypeError, IndexError):
            return _published(parsedate_to_datetime(raw).date(), DatePrecision.DAY, where, raw)
        return None
    precision = DatePrecision.DAY if day else DatePrecision.MONTH if month else DatePrecision.YEAR
    try:
        return _published(date(int(year), int(month or 1), int(day or 1)), precision, where, raw)
    except ValueError:
        return None


def _published(day: date, precision: DatePrecision, where: str, raw: str) -> Published | None:
    """Take a date, unless no page was published then."""
    return None if day < EARLIEST or day == _NOT_SET else Published(day, precision, where, raw)


def _times(tree: Any) -> Iterator[tuple[str, str]]:
    """Find what time elements and items say: those of the article, before all others."""
    for element in islice(tree.iterfind(".//*[@itemprop='datePublished']"), _MOST_TIMES):
        yield element.get("content") or element.get("datetime") or element.text or "", "an element (itemprop datePublished)"
    for element in islice(tree.iterfind(".//time[@pubdate]"), _MOST_TIMES):
        yield element.get("datetime") or element.text or "", "a time element (pubdate)"
    for element in islice(tree.iterfind(".//article//time[@datetime]"), 1):
        yield element.get("datetime"), "the first time element of the article"
    times = {element.get("datetime") for element in islice(tree.iterfind(".//time[@datetime]"), _MOST_TIMES)}
    if len({each[:10] for each in times}) == 1:
        yield min(times), "a time element"


def of_address(address: str | None) -> list[Published]:
    """Find the date in an address, such as /2025/11/07/."""
    found = _IN_ADDRESS.search(urlsplit(address or "").path)
    day = found and read("-".join(part for part in found.groups() if part), "the address")
    return [day] if day else []


def find(tree: Any, articles: Sequence[Mapping[str, Any]], metas: Mapping[str, str], address: str | None) -> list[Published]:
    """List the dates of publication that a page says, the surest first."""
    told = [(each.get("datePublished"), "JSON-LD (datePublished)") for each in articles]
    told += [(metas[name], f"a meta element ({name})") for name in METAS if name in metas]
    told += _times(tree)
    found = (read(raw, where) for raw, where in told if isinstance(raw, str))
    return [*(each for each in found if each is not None), *of_address(address)]


def dated(found: Sequence[Published], *warnings: str) -> dict[str, Any]:
    """Take the surest date, and tell where another one differs by more than a time zone."""
    if not found:
        return {}
    taken, told = found[0], list(warnings)
    for other in found[1:]:
        is_sure = taken.precision is other.precision is DatePrecision.DAY
        if is_sure and abs(other.day - taken.day) > timedelta(days=1):
            told.append(DATES_DIFFER.format(taken=taken.day, where=taken.where, other=other.day, there=other.where))
            break
    dating = {"published_on": taken.day, "published_on_precision": taken.precision, "published_on_note": taken.note}
    return {**dating, "date_warnings": tuple(told)}
