"""Valid documents at random: selections as deep as is allowed, with arguments, aliases, fragments, directives and variables."""

from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
    parse_type,
    type_from_ast,
)

from claimkb.graphql.schema.assembly import schema

TYPES: Any = schema._schema.type_map
QUERY: Any = schema._schema.query_type
MOST_DEEP = 4
TEXTS = ("Trump", "Kazakhstan", "a", "é", "", "Edith")
VALUES: dict[str, tuple[Any, ...]] = {
    "Boolean": (True, False),
    "ID": ("nonsense",),
    "DateTime": ("2025-11-19T00:00:00Z", "2026-11-23T14:00:00+02:00", "2999-01-01T00:00:00Z"),
    "Date": ("2025-11-19", "2026-01-01", "2026-11-23"),
    "URL": ("https://example.org/a",),
}


class Writer:
    """Writes one document."""

    def __init__(self, rng: Random, ids: list[str], cursors: list[str]) -> None:
        self.rng, self.ids, self.cursors = rng, ids, cursors
        self.variables: dict[str, tuple[str, Any]] = {"yes": ("Boolean!", True), "no": ("Boolean!", False)}
        self.fragments: list[str] = []

    def chance(self, of: int) -> bool:
        """Come true once in so many times."""
        return self.rng.randrange(of) == 0

    def one(self, *among: Any) -> Any:
        """Draw one."""
        return self.rng.choice(among)

    def document(self) -> str:
        """Write a document with one operation."""
        asked = [self.root() for _ in range(self.rng.randint(1, 2))]
        body = " ".join(f"q{number}: {each}" for number, each in enumerate(asked))
        given = ", ".join(f"${name}: {type_}" for name, (type_, _) in self.variables.items())
        return f"query Q({given}) {{ used: __typename @include(if: $yes) @skip(if: $no) {body} }} {' '.join(self.fragments)}"

    def values(self) -> dict[str, Any]:
        """Give the variables their values."""
        return {name: value for name, (_, value) in self.variables.items()}

    def other_values(self) -> dict[str, Any]:
        """Give the variables other values: of the same types, and the switches the other way round."""
        other = {
            name: self.value(name, type_from_ast(schema._schema, parse_type(type_))) for name, (type_, _) in self.variables.items()
        }
        return {**other, "yes": False, "no": True}

    def root(self) -> str:
        """Write a field of the query."""
        name = self.one(*QUERY.fields)
        field = QUERY.fields[name]
        return f"{name}{self.arguments(field)} {self.selection(get_named_type(field.type), MOST_DEEP)}"

    def selection(self, kind: Any, depth: int) -> str:
        """Write what is selected of a type."""
        if is_abstract_type(kind):
            kinds = dict.fromkeys(self.one(*schema._schema.get_possible_types(kind)) for _ in range(3))
            return f"{{ __typename {' '.join(f'... on {each.name} {self.selection(each, depth)}' for each in kinds)} }}"
        fields = [name for name, field in kind.fields.items() if self.may_ask(field, depth)]
        chosen = self.rng.choices(fields, k=self.rng.randint(1, 7)) if fields else ["__typename"]
        written = []
        for number, name in enumerate(chosen):
            field = kind.fields.get(name)
            alias = f"{name.strip('_')}{number}: " if self.chance(4) or chosen.index(name) != number else ""
            below = self.below(field, depth) if field is not None else ""
            text = f"{alias}{name}{self.arguments(field) if field is not None else ''}{self.switch()}{below}"
            written.append(self.wrapped(kind, text))
        if self.chance(6):
            written.append("__typename")
        return "{ " + " ".join(written) + " }"

    def below(self, field: GraphQLField, depth: int) -> str:
        """Write what is selected below a field."""
        target = get_named_type(field.type)
        return "" if is_leaf_type(target) else " " + self.selection(target, depth - 1)

    def may_ask(self, field: GraphQLField, depth: int) -> bool:
        """Tell whether a field may be asked for: not too deep, and planned, but for a few."""
        target = get_named_type(field.type)
        return is_leaf_type(target) or depth > 0

    def switch(self) -> str:
        """Leave a field out, or not."""
        return str(self.one(*[""] * 12, " @include(if: $yes)", " @include(if: $no)", " @skip(if: $no)", " @skip(if: true)"))

    def wrapped(self, kind: Any, text: str) -> str:
        """Put a field into a fragment, or not."""
        if self.chance(10):
            return f"... on {kind.name} {{ {text} }}"
        if self.chance(12):
            return f"... {{ {text} }}"
        if self.chance(10):
            self.fragments.append(f"fragment F{len(self.fragments)} on {kind.name} {{ {text} }}")
            return f"...F{len(self.fragments) - 1}"
        return text

    def arguments(self, field: GraphQLField) -> str:
        """Write the arguments of a field."""
        given: list[str] = []
        for name, argument in field.args.items():
            if is_required_argument(argument) or self.chance(12 if name in ("after", "before", "filter") else 4):
                if name in ("last", "before") and any(each.startswith(("first", "after")) for each in given) and not self.chance(9):
                    continue
                given.append(f"{name}: {self.argument(name, argument.type)}")
        return f"({', '.join(given)})" if given else ""

    def argument(self, name: str, type_: Any) -> str:
        """Write the value of an argument: itself, or as a variable."""
        value = self.value(name, type_)
        if not self.chance(3):
            return literal(value, type_)
        variable = f"v{len(self.variables)}"
        self.variables[variable] = (str(type_), value)
        return f"${variable}"

    def value(self, name: str, type_: Any) -> Any:
        """Draw a value of an input type."""
        bare = get_nullable_type(type_)
        if is_list_type(bare):
            return [self.value(name, bare.of_type) for _ in range(self.rng.randint(0, 3))]
        if isinstance(bare, GraphQLEnumType):
            return self.one(*bare.values)
        if isinstance(bare, GraphQLInputObjectType):
            wanted = [each for each, part in bare.fields.items() if str(part.type).endswith("!") or self.chance(9)]
            return {each: self.value(each, bare.fields[each].type) for each in wanted}
        if name in ("after", "before"):
            return self.one(*self.cursors, "nonsense")
        if bare.name == "Int":
            return self.one(0, 1, 2, 3, 20, 100) if not self.chance(20) else self.one(-1, 101)
        return self.one(*(self.ids if bare.name == "ID" else ()), *VALUES.get(bare.name, TEXTS))


def literal(value: Any, type_: Any) -> str:
    """Write a value as it stands in a document."""
    bare = get_nullable_type(type_)
    if isinstance(value, list):
        return "[" + ", ".join(literal(each, bare.of_type) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each, bare.fields[name].type)}" for name, each in value.items()) + "}"
    if isinstance(bare, GraphQLEnumType):
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else '"' + value + '"'
