"""Which phrase of a grammar begins at a token?"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from claimkb.domain.date_phrases.grammar import ANY, NUMERIC, PASSED_ON, Grammar, Node
from claimkb.domain.date_phrases.tokens import Tokens


class Tree(NamedTuple):
    """A phrase that was read: the name of its meaning, and what stands in its slots."""

    meaning: str
    slots: dict[str, Any]


Match = tuple[int, Any]
"""The token at which a phrase ends, and what it is: a tree, or the value of a word."""


@dataclass(slots=True)
class Parser:
    """Reads the tokens of one text. What begins at a token is found once for each kind."""

    grammar: Grammar
    tokens: Tokens
    found: dict[tuple[str, int], list[Match]] = field(default_factory=dict)
    steps: int = 0
    """How many words and slots were tried."""

    def matches(self, kind: str, at: int) -> list[Match]:
        """Find all phrases of a kind that begin at a token."""
        if kind in NUMERIC:
            return [(at + 1, int(self.tokens.raw[at]))] if self.tokens.forms[at] in NUMERIC[kind] else []
        if kind == ANY:
            return [(at + 1, None)] if self.tokens.forms[at].isalpha() else []
        form = self.tokens.forms[at]
        if form not in self.grammar.begins[kind] or not self.grammar.may_follow(kind, form, self.tokens.forms[at + 1]):
            return []
        key = (kind, at)
        if key not in self.found:
            best: dict[int, tuple[int, Any]] = {}
            self._walk(self.grammar.kinds[kind], at, (), best)
            self.found[key] = [(end, value) for end, (_, value) in best.items()]
        return self.found[key]

    def _walk(self, node: Node, at: int, slots: tuple[tuple[str, Any], ...], best: dict[int, tuple[int, Any]]) -> None:
        """Follow the words and slots of a template from a token on. Of two that end at one token the first of the table counts."""
        self.steps += 1
        if node.meaning is not None and (at not in best or node.rank < best[at][0]):
            best[at] = node.rank, self._read(node, slots)
        for name, kind, child in self.grammar.follows(node, self.tokens.forms[at], self.tokens.glued[at]):
            if kind is None:
                self._walk(child, at + 1, slots, best)
                continue
            for end, value in self.matches(kind, at):
                self._walk(child, end, slots if name[0] == "_" else (*slots, (name, value)), best)

    def _read(self, node: Node, slots: tuple[tuple[str, Any], ...]) -> Any:
        if not node.meaning:
            return node.value
        return slots[0][1] if node.meaning == PASSED_ON else Tree(node.meaning, dict(slots))
