"""How large is an operation? One pass over the parsed document measures it, in linear time, before it is validated.

Each fragment is measured once, however many spreads it has, and each spread adds its size. A document that is not valid is
measured as far as possible: validation reports its errors afterwards.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, isfinite
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLNamedType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NamedTypeNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from claimkb.graphql.limits.cost_directives import CHANGED, FILTER, FILTERED, ITEM, SEVERAL, ListSize
from claimkb.graphql.limits.field_costs import FieldCosts
from claimkb.graphql.limits.settings import Limits
from claimkb.store.engine.paging import MOST

ENOUGH = 10**9
"""Counts stop here, so that numbers stay small however often fragments double them."""


class Size(NamedTuple):
    """The size of a selection: its depth, the number of values in its result, and its cost."""

    depth: int = 0
    fields: int = 0
    cost: int = 0

    def beside(self, other: "Size") -> "Size":
        """Add the size of a sibling."""
        return Size(max(self.depth, other.depth), min(self.fields + other.fields, ENOUGH), min(self.cost + other.cost, ENOUGH))

    def times(self, rows: float) -> "Size":
        """Multiply by a number of rows."""
        return Size(self.depth, min(int(rows * self.fields), ENOUGH), min(int(rows * self.cost), ENOUGH))

    def within(self, weight: int) -> "Size":
        """Nest in a field of this weight."""
        return Size(self.depth + 1, self.fields + 1, self.cost + weight)


NOTHING = Size()
SURELY_SHORT = Size(fields=2_000, cost=1_000)
"""The result of an operation up to this size, without captured texts, is never too long."""


def _length(value: object) -> int:
    """Return the length of a list; of any other value 0."""
    return len(value) if isinstance(value, list) else 0


def input_cost(value: object) -> int:
    """Return the cost of a variable's value: its objects in lists are recorded, and its texts are searched for."""
    cost, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            cost += ITEM * sum(isinstance(one, dict) for one in each)
            waiting += each
        elif isinstance(each, dict):
            cost += FILTER * (each.get("text") is not None)
            cost += CHANGED * sum(_length(each.get(name)) for name in SEVERAL)
            waiting += each.values()
    return cost


class Parts(NamedTuple):
    """The size of a selection in a connection: the part that counts once, and the part that counts in each row."""

    once: Size = NOTHING
    each: Size = NOTHING

    def beside(self, other: "Parts") -> "Parts":
        """Add the size of a sibling."""
        return Parts(self.once.beside(other.once), self.each.beside(other.each))

    def whole(self, rows: float) -> Size:
        """Add both parts, for a number of rows."""
        return self.once.beside(self.each.times(rows))


@dataclass(frozen=True)
class LimitExceeded:
    """A limit that a document exceeds, with the numbers."""

    what: str
    requested: int
    maximum: int

    def __str__(self) -> str:
        least = "more than " if self.requested >= ENOUGH else ""
        return f"This asks for too much: {self.what} {least}{min(self.requested, ENOUGH)}, of at most {self.maximum}."

    @property
    def error(self) -> GraphQLError:
        """The error of the operation."""
        extensions = {"code": "QUERY_TOO_COMPLEX", "requested": self.requested, "maximum": self.maximum}
        return GraphQLError(str(self), extensions=extensions)


class Measure:
    """Measures the selections of one document."""

    def __init__(self, costs: FieldCosts, document: DocumentNode, variables: Mapping[str, object]) -> None:
        self.costs, self.variables = costs, variables
        self.fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        self._measured_fragments: dict[str, Parts] = {}

    def selection(self, selection_set: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Parts:
        """Measure a selection set."""
        parts = Parts()
        for each in selection_set.selections if selection_set else ():
            if isinstance(each, FieldNode):
                parts = parts.beside(self._field(each, parent))
            elif isinstance(each, InlineFragmentNode):
                kind = self._kind(each.type_condition) if each.type_condition else parent
                parts = parts.beside(self.selection(each.selection_set, kind))
            elif isinstance(each, FragmentSpreadNode):
                parts = parts.beside(self._fragment(each.name.value))
        return parts

    def _fragment(self, name: str) -> Parts:
        """Measure a fragment, once. One that spreads itself is invalid, and counts nothing there."""
        if name not in self._measured_fragments:
            self._measured_fragments[name] = Parts()
            fragment = self.fragments.get(name)
            if fragment is not None:
                self._measured_fragments[name] = self.selection(fragment.selection_set, self._kind(fragment.type_condition))
        return self._measured_fragments[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Parts:
        """Measure a field with its selection set."""
        field_cost = self.costs.of(parent, node.name.value)
        if field_cost is None:
            return Parts(self.selection(node.selection_set, None).whole(1).within(0))
        below = self.selection(node.selection_set, field_cost.leads_to)
        count = self._rows(node, field_cost.size) if field_cost.size else field_cost.rows
        if field_cost.size and field_cost.size.sized_fields:
            size = below.whole(count).within(field_cost.row)
        else:
            inside = below.whole(1)
            size = inside._replace(cost=inside.cost + field_cost.row).times(count).within(0)
        arguments = sum(self._argument_cost(each.value) + FILTERED * (each.name.value == "filter") for each in node.arguments or ())
        size = size._replace(cost=min(size.cost + field_cost.weight + arguments, ENOUGH))
        return Parts(NOTHING, size) if field_cost.is_sized else Parts(size)

    def _rows(self, node: FieldNode, size: ListSize) -> int:
        """Return how many rows the arguments of a field ask for."""
        values = [self._value(each.value) for each in node.arguments or () if each.name.value in (size.slicing_arguments or ())]
        counts = [self._count(value) for value in values if value is not None]
        return max(0, *counts) if counts else size.assumed_size

    def _argument_cost(self, node: Node) -> int:
        """Return the cost of an argument's value."""
        if isinstance(node, VariableNode):
            return input_cost(self.variables.get(node.name.value))
        if isinstance(node, ObjectValueNode):
            named = sum(_length(self._value(each.value)) for each in node.fields if each.name.value in SEVERAL)
            inside = sum(self._argument_cost(each.value) + FILTER * (each.name.value == "text") for each in node.fields)
            return CHANGED * named + inside
        if isinstance(node, ListValueNode):
            return sum(ITEM * isinstance(each, ObjectValueNode) + self._argument_cost(each) for each in node.values)
        return 0

    @staticmethod
    def _count(value: object) -> int:
        """Return how many rows a value asks for: a number, or the length of a list. Any other value counts as the most."""
        if isinstance(value, list):
            return len(value)
        if isinstance(value, float) and isfinite(value):
            return ceil(min(value, ENOUGH))  # 100.0 is an Int, too
        return value if isinstance(value, int) and not isinstance(value, bool) else MOST

    def _value(self, node: Node) -> object:
        """Read the value of an argument that sets the number of rows."""
        if isinstance(node, VariableNode):
            return self.variables.get(node.name.value)
        if isinstance(node, IntValueNode):
            return int(node.value[:18])
        return list(node.values) if isinstance(node, ListValueNode) else None

    def _kind(self, condition: NamedTypeNode) -> GraphQLNamedType | None:
        """Find the type of a type condition."""
        return self.costs.schema.get_type(condition.name.value)


def _nodes(document: DocumentNode) -> Iterator[Node]:
    """Yield every definition and selection of a document, once."""
    waiting: list[Node] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        yield node
        selection_set = getattr(node, "selection_set", None)
        waiting += selection_set.selections if selection_set else ()


def _repeats(selection_set: SelectionSetNode | None) -> int:
    """Count how often the most frequent response key stands in a selection set."""
    names = [each.alias or each.name for each in selection_set.selections if isinstance(each, FieldNode)] if selection_set else []
    return max(Counter(name.value for name in names).values(), default=0)


def count_parts(document: DocumentNode) -> dict[str, int]:
    """Count the parts of a document that have a limit."""
    counts: Counter[str] = Counter()
    for node in _nodes(document):
        counts["operations"] += isinstance(node, OperationDefinitionNode)
        counts["fragments"] += isinstance(node, FragmentDefinitionNode)
        counts["spreads"] += isinstance(node, FragmentSpreadNode)
        counts["aliases"] += isinstance(node, FieldNode) and node.alias is not None
        counts["directives"] += len(getattr(node, "directives", None) or ())
        counts["directives"] += sum(len(each.directives or ()) for each in getattr(node, "variable_definitions", None) or ())
        counts["variables"] += len(getattr(node, "variable_definitions", None) or ())
        counts["repeats"] = max(counts["repeats"], _repeats(getattr(node, "selection_set", None)))
    return counts


def measure(costs: FieldCosts, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, object]) -> Size:
    """Measure an operation with the variables of its request."""
    defaults = {each.variable.name.value: each.default_value for each in operation.variable_definitions or () if each.default_value}
    default_numbers = {name: int(node.value[:18]) for name, node in defaults.items() if isinstance(node, IntValueNode)}
    root = costs.schema.get_root_type(operation.operation)
    return Measure(costs, document, {**default_numbers, **variables}).selection(operation.selection_set, root).whole(1)


def parts_exceeded(counts: Mapping[str, int], limits: Limits) -> LimitExceeded | None:
    """Return the limit that the parts of a document exceed; None if there is none."""
    for what, requested, maximum in (
        ("operations", counts["operations"], limits.max_operations),
        ("fragments", counts["fragments"], limits.max_fragments),
        ("fragment spreads", counts["spreads"], limits.max_fragments * 5),
        ("aliases", counts["aliases"], limits.max_aliases),
        ("directives", counts["directives"], limits.max_directives),
        ("variables", counts["variables"], limits.max_aliases),
        ("times the same field", counts["repeats"], limits.max_repeats),
    ):
        if requested > maximum:
            return LimitExceeded(what, requested, maximum)
    return None
