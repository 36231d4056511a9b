"""How do the tables of a language become a grammar? Each kind of phrase is a tree of words and slots, read token by token.

A template is words and slots: `[the] end of {period}`. `[a|b]` may be missing, `(a|b)` may not, `{name:kind}` names its slot, and
what is written without a space stands without one: `q{n:digit}`. A kind never holds itself, so that no phrase is endless.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from claimkb.domain import languages
from claimkb.domain.date_phrases.tokens import DIGITS, PARAGRAPH, tokenise

PASSED_ON = "is"
"""The meaning of a template that is one slot: that of the slot."""
NUMERIC = {
    "digit": frozenset(DIGITS[1:2]),
    "two_digits": frozenset(DIGITS[2:3]),
    "short": frozenset(DIGITS[1:3]),
    "digits": frozenset(DIGITS[1:]),
    "four_digits": frozenset(DIGITS[4:]),
}
"""The slots of numbers, by how many digits they have."""
ANY = "word"
"""The slot of any one word."""

_END, _ANYTHING = "", " "
"""What may stand after a word that is a phrase by itself, and where any word may."""
_NO_NAME = "_"
"""How the names of slots begin that say nothing: of words to choose from."""
_CHOICE = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)")
_PIECE = re.compile(r"\{(?:(\w+):)?(\w+)\}|[^\s{}]+")


@dataclass(slots=True)
class Node:
    """A place in the templates of a kind: which words and slots may follow, and what it means to end here."""

    words: dict[str, "Node"] = field(default_factory=dict)
    glued_words: dict[str, "Node"] = field(default_factory=dict)
    slots: dict[tuple[str, str], "Node"] = field(default_factory=dict)
    glued_slots: dict[tuple[str, str], "Node"] = field(default_factory=dict)
    follows: dict[tuple[str, bool], list[tuple[str, str | None, "Node"]]] = field(default_factory=dict)
    """What may follow at a word, as far as it was asked: the name and the kind of its slot, of the word itself no kind."""
    meaning: str | None = None
    value: Any = None
    rank: int = 0


@dataclass(frozen=True)
class Grammar:
    """The kinds of phrases of a language, with the words with which each may begin."""

    kinds: Mapping[str, Node]
    begins: Mapping[str, frozenset[str]]
    settings: Mapping[str, Any]
    after_first: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """What may stand after the first word of a kind, as far as it was asked."""

    def follows(self, node: Node, form: str, is_glued: bool) -> list[tuple[str, str | None, Node]]:
        """List what may follow a place in the templates at a word: the slots that may begin with it, and the word itself."""
        key = (form, is_glued)
        if (found := node.follows.get(key)) is not None:
            return found
        found = []
        for words, slots in ((node.words, node.slots), (node.glued_words, node.glued_slots))[: 1 + is_glued]:
            if form in words:
                found.append(("", None, words[form]))
            found += [(name, kind, child) for (name, kind), child in slots.items() if kind == ANY or form in self.begins[kind]]
        if found and all(kind != ANY for _, kind, _ in found):
            node.follows[key] = found
        return found

    def may_follow(self, kind: str, first: str, second: str) -> bool:
        """Tell whether a phrase of a kind may begin with two words: most of what begins with "the" is none."""
        key = (kind, first)
        if (found := self.after_first.get(key)) is None:
            found = self.after_first[key] = self._seconds(kind, first)
        return second in found or _END in found or _ANYTHING in found

    def _seconds(self, kind: str, first: str) -> frozenset[str]:
        """Collect what may stand after the first word of a kind."""
        if kind in NUMERIC:
            return frozenset((_END,))
        root = self.kinds[kind]
        found: set[str] = set()
        children = [node for words in (root.words, root.glued_words) if (node := words.get(first))]
        for (_, slot), child in (*root.slots.items(), *root.glued_slots.items()):
            if slot != ANY and first in self.begins[slot]:
                inner = self._seconds(slot, first)
                found |= inner - {_END}
                if _END in inner:
                    children.append(child)
        for child in children:
            found |= self._firsts(child)
        return frozenset(found)

    def _firsts(self, node: Node) -> set[str]:
        """Collect what may follow a place in the templates."""
        found = {*node.words, *node.glued_words, *([] if node.meaning is None else [_END])}
        for _, slot in (*node.slots, *node.glued_slots):
            found |= {_ANYTHING} if slot == ANY else self.begins[slot]
        return found


def _alternatives(template: str, kinds: dict[str, Node]) -> Iterator[str]:
    """Write a template out without brackets, in every way; words to choose from are a kind of their own."""
    inner = _CHOICE.search(template)
    if inner is None:
        yield template
        return
    before, after = template[: inner.start()], template[inner.end() :]
    chosen = inner[1] or inner[2]
    choices = chosen.split("|")
    if len(choices) > 1 and "{" not in chosen and all(map(str.strip, choices)):
        choices = [_words(chosen, choices, kinds)]
    for choice in choices if inner[1] is None else ["", *choices]:
        yield from _alternatives(before + choice + after, kinds)


def _words(chosen: str, choices: list[str], kinds: dict[str, Node]) -> str:
    """Make a kind of words to choose from, and return the slot for one of them."""
    name = _NO_NAME + re.sub(r"\W", lambda sign: f"_{ord(sign[0])}_", chosen)
    if name not in kinds:
        root = kinds[name] = Node()
        for choice in choices:
            _add(root, choice, "", None, 0, kinds)
    return f"{{{name}}}"


def _pieces(template: str) -> Iterator[tuple[str | tuple[str, str], bool]]:
    """List the words and slots of a template, each with whether it stands without a space before it."""
    end = -1
    for piece in _PIECE.finditer(template):
        if piece[2]:
            yield (piece[1] or piece[2], piece[2]), piece.start() == end
        else:
            tokens = tokenise(piece[0])
            for index, form in enumerate(tokens.forms[:-1]):
                yield form, tokens.glued[index] if index else piece.start() == end
        end = piece.end()


def _add(root: Node, template: str, meaning: str, value: Any, rank: int, kinds: dict[str, Node]) -> None:
    """Add a template to the tree of its kind; the first of the same words stays."""
    for written in _alternatives(template, kinds):
        node = root
        for piece, is_glued in _pieces(written):
            if isinstance(piece, str):
                node = (node.glued_words if is_glued else node.words).setdefault(piece, Node())
            else:
                node = (node.glued_slots if is_glued else node.slots).setdefault(piece, Node())
        if node.meaning is None:
            node.meaning, node.value, node.rank = meaning, value, rank


def _tables(code: str) -> list[Mapping[str, Any]]:
    return [languages.table(code, languages.DATES), languages.shared(languages.DATES)]


def _rules(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """List the templates of a table, each with its kind and its meaning."""
    for kind, meanings in table.get("rules", {}).items():
        for meaning, templates in meanings.items():
            for template in templates:
                yield kind, meaning, template


@cache
def grammar(code: str) -> Grammar:
    """Compile the tables of a language, with what is written alike in all."""
    kinds: dict[str, Node] = {}
    tables = _tables(code)
    for table in tables:
        for kind, values in table.get("words", {}).items():
            for value, written in values.items():
                for each in written:
                    _add(kinds.setdefault(kind, Node()), each, "", int(value) if value.lstrip("-").isdecimal() else value, 0, kinds)
    for rank, (kind, meaning, template) in enumerate(rule for table in tables for rule in _rules(table)):
        _add(kinds.setdefault(kind, Node()), template, meaning, None, rank, kinds)
    begins: dict[str, frozenset[str]] = {}
    for kind in (*NUMERIC, *kinds):
        _begin(kind, kinds, begins)
    return Grammar(kinds, begins, tables[0])


def _begin(kind: str, kinds: Mapping[str, Node], begins: dict[str, frozenset[str]]) -> frozenset[str]:
    """Collect the words with which a kind may begin."""
    if kind in NUMERIC:
        begins[kind] = NUMERIC[kind]
    if kind not in begins:
        root = kinds[kind]
        words = frozenset(root.words)
        for _, slot in root.slots:
            words |= _begin(slot, kinds, begins)
        begins[kind] = words
    return begins[kind]


__all__ = ["ANY", "NUMERIC", "PARAGRAPH", "PASSED_ON", "Grammar", "Node", "grammar"]
