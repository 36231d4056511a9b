"""What is found of a published text, and why may none be found? Each refusal says what to do instead.

A page, a PDF or a text is read by capture/; what is recorded of it is decided by actions/capturing.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from claimkb.domain.dates import DatePrecision
from claimkb.domain.refusals import Refusal, WrongState


@dataclass(frozen=True)
class Extract:
    """The text of a document, with what the document says of itself."""

    text: str
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    language: str | None = None
    url: str | None = None
    """Where it was found in the end, after redirects."""
    canonical: str | None = None
    """The address that the page names as its own, of the same site."""
    published_on: date | None = None
    published_on_precision: DatePrecision | None = None
    published_on_note: str | None = None
    """Where the date stands, and in which words."""
    date_warnings: tuple[str, ...] = ()
    """What is doubtful of that date."""
    warnings: tuple[str, ...] = ()


Fetch = Callable[[str, Callable[[], bool]], Extract]
"""Reads what is published at an address, until it is told to stop."""


def never() -> bool:
    """Let a capture go on to its end."""
    return False


class FetchingOff(Refusal):
    """This desk fetches no addresses (CLAIMKB_CAPTURE=false). Open it in a browser and paste its text beside the address."""


def fetch_nothing(_address: str, _is_stopped: Callable[[], bool]) -> Extract:
    """Refuse to fetch: a desk fetches only where it is told how."""
    raise FetchingOff("url")


def with_line_ends(text: str) -> str:
    r"""Write each line end as \n; all else of a text is kept."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class NothingToCapture(Refusal):
    """Send the address of a published text (url), its words (text), or both: then the words are kept, and nothing is fetched."""


class TooManyCaptures(WrongState):
    """{most} addresses are read here already, which is as many as at once. Send this again in some seconds."""


# An address is not fetched.


class AddressWithSecrets(Refusal):
    """The address {address} holds a user name or a password: leave them out."""


class NoPortOfTheWeb(Refusal):
    """Port {port} is no port of the web: an address may name 80, 443, or one from 1024 on."""


class NotPublicAddress(Refusal):
    """{host} leads to {address}, which is not an address of the public internet: nothing was fetched from it."""


class RedirectsElsewhere(Refusal):
    """It redirects to {address}, which is not a web address with http:// or https://."""


class RedirectsTooOften(Refusal):
    """It redirects more than {most} times. Send the address that a browser shows in the end."""


# A site does not give the page.


class NoAnswer(Refusal):
    """The site gave no whole answer: {problem}. Try again later, or paste the text beside the address."""


class TakesTooLong(Refusal):
    """It could not be read within {seconds} seconds. Try again later, or paste the text beside the address."""


class PageNotThere(Refusal):
    """The site answers {status}: there is no such page (any more). Check the address."""


class PageLocked(Refusal):
    """The site answers {status}: it shows this page to some readers only.
    Open it in a browser and paste its text beside the address.
    """


class SiteFails(Refusal):
    """The site answers {status}, and no page. Try again later, or paste the text beside the address."""


class NotOfText(Refusal):
    """This is {media_type}: only HTML, PDF, plain text and Markdown are read."""


class UnknownEncoding(Refusal):
    """The answer is encoded as {encoding}, which was not asked for."""


class PageTooLong(Refusal):
    """This is longer than {most} bytes, unpacked. Paste the part that you need beside the address."""


# What was fetched holds no text to record.


class PageWithoutText(Refusal):
    """No text was found in this page; some show theirs only in a browser. Open it there and paste its text beside the address."""


class LoginPage(Refusal):
    """This page asks to sign in, and shows no article. Open it in a browser and paste the article's text beside the address."""


class Paywalled(Refusal):
    """The page says that it is not free to read, so what it shows here may be a part.
    Open it in a browser and paste its text beside the address.
    """


class NotReadable(Refusal):
    """These bytes are no text: {problem}."""


class PdfLocked(Refusal):
    """This PDF is locked by a password. Save a copy without one, or paste its text."""


class PdfWithoutText(Refusal):
    """This PDF has no text, only pictures of pages perhaps. Read it by a program for scans (OCR) first, or paste its text."""


class PdfBroken(Refusal):
    """This PDF is damaged and cannot be read. Fetch it anew, or paste its text."""


class TextTooLong(Refusal):
    """The text has {length} characters; a snapshot may have {most}. Paste the part that you need."""


class ReadingFailed(Refusal):
    """This could not be read: the program that reads it ended without an answer. Paste the text beside the address."""
