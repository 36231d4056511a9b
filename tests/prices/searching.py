"""A search for dearer requests: documents made at random of what the schema has, and made dearer a step at a time."""

import json
import random
from dataclasses import dataclass, replace
from itertools import repeat
from time import monotonic
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
)

from claimkb.graphql.schema.assembly import schema
from tests.prices.kinds import LETTERS
from tests.prices.rows import id_of
from tests.prices.server import Server, asking

SCHEMA = schema._schema
DEEPEST = 6
TEXTS = ["zebra", "e", LETTERS, "bridge spring", '"a b c d e"', "-zebra bridge", "élysée минис"]
PAGES = ["1", "20", "100"]


@dataclass(frozen=True)
class Node:
    """A field of a selection: its name, its arguments as they are written, how often it stands there, and what is below it."""

    name: str
    kind: Any
    given: str = ""
    times: int = 1
    below: tuple["Node", ...] = ()

    def written(self, path: str = "") -> str:
        """Write it, under as many aliases as it takes."""
        below = (
            f" {{ {' '.join(each.written(f'{path}{number}') for number, each in enumerate(self.below))} }}" if self.below else ""
        )
        if self.name.startswith("... on"):
            return f"{self.name}{below}"
        return " ".join(f"a{path}_{number}: {self.name}{self.given}{below}" for number in range(self.times))


class Maker:
    """Makes documents at random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def query(self) -> tuple[Node, ...]:
        """Make what is selected of the query."""
        return tuple(self.field(SCHEMA.query_type, 0) for _ in range(self.random.randint(1, 3)))  # type: ignore[arg-type]

    def field(self, parent: GraphQLObjectType, depth: int) -> Node:
        """Choose a field of a type, with its arguments and what is below it."""
        name, made = self.random.choice(sorted(parent.fields.items()))
        return self._made(name, made, depth)

    def _made(self, name: str, made: GraphQLField, depth: int) -> Node:
        """Make a field."""
        return Node(name, made, self._arguments(made), 1, self._below(get_named_type(made.type), depth + 1))

    def _below(self, kind: Any, depth: int) -> tuple[Node, ...]:
        """Make what is selected of a type."""
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            one = self.random.choice(SCHEMA.get_possible_types(kind))
            return (Node(f"... on {one.name}", one, "", 1, self._below(one, depth)),)
        if not isinstance(kind, GraphQLObjectType):
            return ()
        leaves = [(name, each) for name, each in kind.fields.items() if is_leaf_type(get_named_type(each.type))]
        others = [(name, each) for name, each in kind.fields.items() if not is_leaf_type(get_named_type(each.type))]
        chosen: list[tuple[str, Any]] = self.random.sample(leaves, min(len(leaves), self.random.randint(0, 3)))
        if depth < DEEPEST and others:
            chosen += self.random.sample(others, min(len(others), self.random.randint(1, 2)))
        if not chosen:
            chosen = leaves[:1] or [("__typename", None)]
        return tuple(Node(name, None) if each is None else self._made(name, each, depth) for name, each in chosen)

    def _arguments(self, made: GraphQLField) -> str:
        """Give arguments: those that there have to be, and some of the others."""
        given = {
            name: self._value(name, each.type)
            for name, each in made.args.items()
            if name not in ("after", "before", "last")
            and (is_required_argument(each) or name == "first" or self.random.random() < 0.4)
        }
        written = ", ".join(f"{name}: {value}" for name, value in given.items() if value is not None)
        return f"({written})" if written else ""

    def _value(self, name: str, type_: Any, depth: int = 0) -> str | None:
        """Write a value of a type."""
        bare = get_nullable_type(type_)
        if is_list_type(bare):
            several = [self._value(name, bare.of_type, depth) for _ in range(self.random.randint(1, 3))]
            return f"[{', '.join(each for each in several if each is not None)}]"
        if isinstance(bare, GraphQLEnumType):
            return str(self.random.choice(sorted(bare.values)))
        if isinstance(bare, GraphQLInputObjectType):
            some = [
                each
                for each in bare.fields.items()
                if each[1].type != get_nullable_type(each[1].type) or self.random.random() < 0.3
            ]
            parts = [f"{key}: {value}" for key, each in some if (value := self._value(key, each.type, depth + 1)) is not None]
            return f"{{{', '.join(parts)}}}"
        if bare.name == "Int":
            return self.random.choice(PAGES)
        if bare.name == "Boolean":
            return self.random.choice(["true", "false"])
        if bare.name == "ID":
            kind = (
                name.removesuffix("s").removesuffix("Id")
                if name not in ("id", "ids")
                else self.random.choice(["claim", "source", "prediction"])
            )
            return json.dumps(id_of(kind if kind in ("claim", "source", "claimant", "prediction") else "claim", 2))
        if bare.name == "String":
            return json.dumps(self.random.choice(TEXTS))
        return (
            None
            if bare.name not in ("URL", "Date")
            else json.dumps({"URL": "https://example.org/1", "Date": "2025-01-01"}[bare.name])
        )

    def dearer(self, query: tuple[Node, ...]) -> tuple[Node, ...]:
        """Change a query in one place."""
        step = self.random.random()
        place = self.random.randrange(len(query))
        node = query[place]
        if step < 0.15:
            return (*query, self.field(SCHEMA.query_type, 0))  # type: ignore[arg-type]
        if step < 0.3 and len(query) > 1:
            return query[:place] + query[place + 1 :]
        return (*query[:place], self._changed(node, 0), *query[place + 1 :])

    def _changed(self, node: Node, depth: int) -> Node:
        """Change a field, or one below it."""
        if node.below and self.random.random() < 0.6:
            place = self.random.randrange(len(node.below))
            return replace(node, below=(*node.below[:place], self._changed(node.below[place], depth + 1), *node.below[place + 1 :]))
        step = self.random.random()
        if step < 0.5 and isinstance(node.kind, GraphQLField):
            return replace(node, times=self.random.choice([1, 5, 20]))
        if step < 0.8 and isinstance(node.kind, GraphQLField):
            return replace(node, given=self._arguments(node.kind))
        if node.below:
            kind = node.kind if isinstance(node.kind, GraphQLObjectType) else get_named_type(node.kind.type)
            return replace(node, below=self._below(kind, depth + 1))
        return node


@dataclass
class Found:
    """A query, and what it takes for its price."""

    query: tuple[Node, ...]
    ratio: float
    ms: float
    points: int

    @property
    def text(self) -> str:
        """Write it as a document."""
        return "{ " + " ".join(each.written(str(number)) for number, each in enumerate(self.query)) + " }"


def tried(server: Server, query: tuple[Node, ...]) -> Found | None:
    """Send a query some times; None if it is refused."""
    found = Found(query, 0, 0, 0)
    if len(found.text) > 19_000:
        return None
    request = asking(found.text)
    status, answer = server.send(request)
    said = json.loads(answer)
    if status != 200 or said.get("data") is None:
        return None
    ms, points = server.measure(repeat(request), 3)
    return Found(query, ms / points, ms, points)


def search(server: Server, seconds: float, seed: int) -> list[Found]:
    """Look for queries that take long for their price; give the best of each beginning, the worst first."""
    maker, until, best = Maker(seed), monotonic() + seconds, dict[str, Found]()
    while monotonic() < until:
        current = None
        for _ in range(10):
            current = current or tried(server, maker.query())
        if current is None:
            continue
        for _ in range(12):
            other = tried(server, maker.dearer(current.query))
            if other is not None and other.ratio > current.ratio:
                current = other
        name = max(current.query, key=lambda each: each.times).name
        if name not in best or best[name].ratio < current.ratio:
            best[name] = current
    return sorted(best.values(), key=lambda each: -each.ratio)
