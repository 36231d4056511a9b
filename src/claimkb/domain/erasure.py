"""Which words are erased for ever, what stands in their place, and what shows later that nothing else was changed with them?"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from pydantic import Field as Rule
from pydantic import SecretStr
from sqlmodel import Field, Index

from claimkb.domain.account import Actor
from claimkb.domain.record import Instant, Person, Reason, Versioned
from claimkb.domain.refusals import Refusal, WrongState
from claimkb.domain.revision import chain
from claimkb.domain.schedule import JobRun

BLANK = "█"
"""What stands in the place of each character that was erased: so the positions of quotes in a text stay right."""

FEWEST = 3
"""How many letters or digits a text to erase has to have."""

SALT_BYTES = 16
UNSEEN = "\u00ad\u200b"
"""Characters that a page may put inside a word, and nobody sees: the soft hyphen and the space without a width."""

_APOSTROPHES = "'’‘ʼ"
_MARKS = r"[\w\u0300-\u036f]"

ErasedText = Annotated[
    SecretStr,
    Rule(
        min_length=1,
        max_length=1000,
        description="The words to erase, such as a name. Case and white space do not matter, parts of longer words stay. "
        "Send it as a variable: what stands in a document is cached with it.",
    ),
]


class TooFewSigns(Refusal):
    """A text to erase has at least {fewest} letters or digits: with fewer, too much else would be erased."""


class ReasonHoldsText(Refusal):
    """The reason holds what is to be erased, and would keep it: write it without."""


class OwnName(Refusal):
    """The history would name you as who erased this, and your name, or that of whoever issued your token, holds it: let another
    administrator do it.
    """


class KeyHoldsText(Refusal):
    """The Idempotency-Key of this request, or the alias of this field, holds what is to be erased, and is kept: send another."""


class NothingToErase(WrongState):
    """No record and no part of the history holds this text: it is erased already, or spelled otherwise."""


class AskedAlready(WrongState):
    """You have asked for this: it is erased when another administrator asks for the same text."""


class ProgramErases(Refusal):
    """{name} is a program: at this desk two people erase a text."""


class Erasure(Versioned, table=True):
    """Words of a person that were erased for ever, or wait until a second administrator asks for the same. It never says which."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_created_at", "created_at", "id"),)

    number: int | None = Field(default=None, unique=True, description="Counts the erasures that were carried out.")
    reason: Reason
    asked_by: Person = Field(description="Who asked for it.")
    erased_by: Person | None = Field(
        default=None, description="Who carried it out; null while it waits for a second administrator."
    )
    erased_at: Instant | None = Field(default=None, description="When the words were erased, in UTC; null while it waits.")
    characters: int = Field(description="How many characters the text had.")
    places: int | None = Field(default=None, description="In how many fields of records it stood.")
    erased_revisions: int | None = Field(default=None, description="In how many revisions of the history it stood.")
    digest: str | None = Field(
        default=None,
        max_length=64,
        description="SHA-256 over all revisions of which something was erased until then, as they are since.",
    )
    salt: str | None = Field(default=None, max_length=32, description="What the fingerprint begins with; null once it is erased.")
    fingerprint: str | None = Field(
        default=None, max_length=64, description="While it waits, the SHA-256 of salt and text: so the same text is known again."
    )

    def is_of(self, words: "Words") -> bool:
        """Tell whether it waits for this text."""
        return self.salt is not None and self.fingerprint == words.fingerprint(self.salt)


@dataclass(frozen=True)
class Words:
    """A text that is to be erased."""

    text: str = field(repr=False)

    @cached_property
    def normal(self) -> str:
        """The text in one spelling."""
        return " ".join(unicodedata.normalize("NFC", self.text).translate(dict.fromkeys(map(ord, UNSEEN))).split())

    @cached_property
    def run(self) -> str | None:
        """The longest run of ASCII letters and digits, by which a database finds what may hold the text; None where it is short."""
        longest = max(re.findall("[A-Za-z0-9]+", self.normal), key=len, default="")
        return longest if len(longest) >= FEWEST else None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What matches the text: in any case, composed or not, with any white space between its words, and not in a longer word."""
        return self._pattern(r"\s+", ())

    @cached_property
    def in_address(self) -> re.Pattern[str]:
        """What matches the text in an address of the web: there signs stand for spaces, and letters are percent-encoded."""
        return self._pattern(r"(?:[\s_+.-]|%20)+", (quote,))

    def _pattern(self, space: str, spellings: tuple[Any, ...]) -> re.Pattern[str]:
        """Write the pattern, with what stands between words, and other spellings of each character."""
        words = [f"[{UNSEEN}]*".join(_spelled(sign, spellings) for sign in word) for word in self.normal.split()]
        first, last = self.normal[:1], self.normal[-1:]
        word = _MARKS if not spellings else r"[^\W_]"
        begin = rf"(?<!{word})" if _is_bounded(first) else ""
        end = rf"(?!{word})" if _is_bounded(last) else ""
        return re.compile(begin + space.join(words) + end, re.IGNORECASE)

    def fingerprint(self, salt: str) -> str:
        """Return the SHA-256 of a salt and the text."""
        return hashlib.sha256((salt + self.normal.casefold()).encode()).hexdigest()

    def blank(self, text: str, *, is_address: bool = False) -> str:
        """Blank the words wherever they stand in a text, each character by one."""
        return (self.in_address if is_address else self.pattern).sub(lambda found: BLANK * len(found[0]), text)


def _is_bounded(sign: str) -> bool:
    """Tell whether a word ends at this character: scripts without case write words, or particles and words, together."""
    return sign.isalnum() and unicodedata.category(sign) != "Lo"


def _spelled(sign: str, spellings: tuple[Any, ...]) -> str:
    """Write a character as a pattern: composed, taken apart, and as it is spelled otherwise."""
    if sign in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    also = [unicodedata.normalize("NFD", sign), *(write(each) for write in spellings for each in {sign.lower(), sign.upper()})]
    return "(?:" + "|".join(re.escape(each) for each in dict.fromkeys([sign, *also])) + ")"


def check(words: Words, reason: str, actor: Actor) -> None:
    """Refuse a text that is too short, and one that the erasure itself would keep."""
    if sum(map(str.isalnum, words.normal)) < FEWEST:
        raise TooFewSigns("text", fewest=FEWEST)
    if words.pattern.search(reason):
        raise ReasonHoldsText("reason")
    if any(words.pattern.search(name) for name in (actor.name, actor.token_issued_by) if name):
        raise OwnName("text")


def check_keys(words: Words, keys: Iterable[tuple[str, str]]) -> None:
    """Refuse a request that is kept under a key that holds the text."""
    if any(words.pattern.search(name) for key in keys for name in key):
        raise KeyHoldsText


def ask(words: Words, reason: str, by: Actor, salt: str) -> Erasure:
    """Ask for an erasure that a second administrator has to ask for, too."""
    if by.is_program:
        raise ProgramErases(name=by.name)
    return Erasure(reason=reason, asked_by=by.name, characters=len(words.normal), salt=salt, fingerprint=words.fingerprint(salt))


def at_once(words: Words, reason: str, by: Actor) -> Erasure:
    """Begin an erasure that waits for nobody."""
    return Erasure(reason=reason, asked_by=by.name, characters=len(words.normal))


def check_second(waiting: Erasure, by: Actor) -> None:
    """Refuse whoever asked for it, and a program, as the second administrator."""
    if by.is_program:
        raise ProgramErases(name=by.name)
    if waiting.asked_by == by.name:
        raise AskedAlready("text")


@dataclass(frozen=True)
class Erased:
    """What an erasure has changed."""

    places: Mapping[tuple[str, str], int]
    """In how many rows of each table and column, but for the history."""
    revisions: int
    """In how many revisions."""
    records: frozenset[UUID]
    """The records of which something was erased, also if only in their history."""
    digest: str
    """That of all revisions of which something was erased so far."""


def carry_out(erasure: Erasure, erased: Erased, number: int, by: Actor, at: datetime) -> None:
    """Write down what was erased, and forget what could confirm a guess."""
    erasure.number, erasure.erased_by, erasure.erased_at, erasure.digest = number, by.name, at, erased.digest
    erasure.places, erasure.erased_revisions = sum(erased.places.values()), erased.revisions
    erasure.salt = erasure.fingerprint = None


def is_to_be_cleaned(last: Erasure | None, cleaned: JobRun | None) -> bool:
    """Tell whether words were erased since what the database keeps of old rows was last removed."""
    return last is not None and last.erased_at is not None and (cleaned is None or cleaned.succeeded_at < last.erased_at)


class Digest:
    """A running SHA-256 over the revisions of which something was erased, in the order of their records and versions.

    Their hashes are of what they said before, which nobody can compute any more: this shows that they were not changed since.
    """

    def __init__(self) -> None:
        self._sha256, self.count = hashlib.sha256(), 0

    def add(self, revision: Mapping[str, Any]) -> None:
        """Add a revision: its id, what erased it, its hash, and the hash of what it says now."""
        self.count += 1
        line = f"{revision['id']} {revision['erasure_id']} {revision['hash']} {chain(revision)}\n"
        self._sha256.update(line.encode())

    def value(self) -> str:
        """Return the digest."""
        return self._sha256.hexdigest()


def cut(quote: Mapping[str, Any], text: str, blanked: str) -> dict[str, str]:
    """Cut a quote and what stands around it anew from a blanked text, where they stood there: they may hold a part of a word."""
    start, end = quote["quote_start"], quote["quote_end"]
    if start is None:
        return {}
    prefix, suffix = (quote[name] or "" for name in ("quote_prefix", "quote_suffix"))
    places = {
        "quote_exact": slice(start, end),
        "quote_prefix": slice(max(start - len(prefix), 0), start),
        "quote_suffix": slice(end, end + len(suffix)),
    }
    stood = {name: place for name, place in places.items() if quote[name] and text[place] == quote[name]}
    return {name: blanked[place] for name, place in stood.items() if blanked[place] != quote[name]}
