"""Which patterns of a language's tables stand in a sentence?

A pattern is words with a space between them. In it `a/b` is either word, `x?` may be left out, `<name>` is one of a set, `*ra/ront`
is a word that ends so, and `#` a number. All patterns are looked for at once: a word leads to those that begin with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from claimkb.domain.suggesting.words import forms

T = TypeVar("T")
NUMBER = "#"


@dataclass(frozen=True)
class Item:
    """What one word of a pattern may be: one of some words, one with an ending, or a number."""

    words: frozenset[str]
    endings: tuple[str, ...] = ()

    def fits(self, form: str) -> bool:
        """Tell whether a word fits."""
        return form in self.words or (NUMBER in self.words and form[0].isdigit()) or self._ends(form)

    def _ends(self, form: str) -> bool:
        return bool(self.endings) and form.endswith(self.endings) and form not in self.endings


@dataclass(frozen=True)
class Match(Generic[T]):
    """Words that a pattern fits: from the first up to the one after the last, and what the pattern stands for."""

    begin: int
    end: int
    value: T


def _items(written: str, sets: Mapping[str, frozenset[str]]) -> list[Item]:
    """Read one word of a pattern: several items where it holds an apostrophe."""
    if written.startswith("<"):
        return [Item(sets[written[1:-1]])]
    if written.startswith("*"):
        return [Item(frozenset(), tuple(written[1:].split("/")))]
    if written == NUMBER:
        return [Item(frozenset({NUMBER}))]
    head, apostrophe, tail = written.partition("'")
    if apostrophe and "/" in tail and "/" not in head:
        return [*_items(head, sets), Item(frozenset({apostrophe})), *_items(tail, sets)]
    if "/" in written:
        return [Item(frozenset(written.lower().split("/")))]
    return [Item(frozenset({form})) for form in forms(written)]


def sequences(pattern: str, sets: Mapping[str, frozenset[str]]) -> list[tuple[Item, ...]]:
    """Write out a pattern: a sequence of items for each way to leave out what may be left out."""
    found: list[tuple[Item, ...]] = [()]
    for written in pattern.split():
        items = tuple(_items(written.removesuffix("?"), sets))
        longer = [(*each, *items) for each in found]
        found = longer + found if written.endswith("?") and written != "?" else longer
    return list(dict.fromkeys(each for each in found if each))


@dataclass
class Patterns(Generic[T]):
    """The patterns of a table, each with what it stands for."""

    _first: dict[str, list[tuple[tuple[Item, ...], T]]] = field(default_factory=dict)
    _ended: list[tuple[tuple[Item, ...], T]] = field(default_factory=list)
    _endings: tuple[str, ...] = ()
    exceptions: frozenset[str] = frozenset()
    """Words that no ending is looked for in."""

    def add(self, patterns: Iterable[str], value: T, sets: Mapping[str, frozenset[str]]) -> None:
        """Add patterns that stand for the same."""
        for items in (items for pattern in patterns for items in sequences(pattern, sets)):
            for word in items[0].words:
                self._first.setdefault(word, []).append((items, value))
            if items[0].endings:
                self._ended.append((items, value))
        for rows in (*self._first.values(), self._ended):
            rows.sort(key=lambda row: -len(row[0]))
        self._endings = tuple({ending for items, _ in self._ended for ending in items[0].endings})

    def may_be_in(self, words: Sequence[str]) -> bool:
        """Tell quickly whether any word of a sentence begins a pattern."""
        if not self._first.keys().isdisjoint(words) or NUMBER in self._first:
            return True
        return bool(self._endings) and any(word.endswith(self._endings) for word in words)

    def find(self, words: Sequence[str]) -> list[Match[T]]:
        """Find the patterns in a sentence from left to right, at each place the longest; they do not overlap."""
        found, at = [], 0
        while at < len(words):
            if match := self.at(words, at):
                found.append(match)
                at = match.end
            else:
                at += 1
        return found

    def at(self, words: Sequence[str], at: int) -> Match[T] | None:
        """Find the longest pattern that begins at a word."""
        best: Match[T] | None = None
        for rows in self._beginning(words[at]):
            for items, value in rows:
                end = at + len(items)
                if best is not None and end <= best.end:
                    break
                if end <= len(words) and self._fit(items, words, at):
                    best = Match(at, end, value)
        return best

    def _beginning(self, word: str) -> Iterator[list[tuple[tuple[Item, ...], T]]]:
        """Give the patterns that a word may begin, the longest of each list first."""
        yield self._first.get(word, [])
        if word[0].isdigit():
            yield self._first.get(NUMBER, [])
        if self._endings and word.endswith(self._endings) and word not in self.exceptions:
            yield self._ended

    def _fit(self, items: tuple[Item, ...], words: Sequence[str], at: int) -> bool:
        """Tell whether all items fit the words from a place on; an exception has no ending."""
        for item in items:
            word = words[at]
            if word not in item.words and not (item.fits(word) and not (item.endings and word in self.exceptions)):
                return False
            at += 1
        return True


def patterns_of(value: T, patterns: Iterable[str], sets: Mapping[str, frozenset[str]] | None = None) -> Patterns[T]:
    """Make a table of patterns that all stand for the same."""
    table: Patterns[T] = Patterns()
    table.add(patterns, value, sets or {})
    return table
