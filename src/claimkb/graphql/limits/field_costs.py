"""What does each field of the schema cost? Its directives say so; without them the default holds."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_named_type,
    is_composite_type,
)

from claimkb.graphql.limits.cost_directives import Cost, ListSize


def directives_of(part: Any) -> list[Any]:
    """List the schema directives of a field or a type."""
    definition = part.extensions.get("strawberry-definition") if part is not None else None
    return list(getattr(definition, "directives", None) or ())


def _directive(part: Any, kind: type[Any]) -> Any:
    """Find a schema directive of a field or a type; None if it has none."""
    return next((each for each in directives_of(part) if isinstance(each, kind)), None)


@dataclass(frozen=True)
class FieldCost:
    """The cost of a field: its own weight, the weight of each row, and the number of rows."""

    leads_to: GraphQLNamedType | None
    weight: int
    row: int
    size: ListSize | None
    rows: float
    is_sized: bool


class FieldCosts:
    """The costs of the fields of a schema, each looked up once."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._costs: dict[tuple[str, str], FieldCost | None] = {}

    def of(self, parent: GraphQLNamedType | None, name: str) -> FieldCost | None:
        """Look up the cost of a field; None if there is no such field."""
        if parent is None:
            return None
        key = (parent.name, name)
        if key not in self._costs:
            field = self._find(parent, name)
            if field is None:
                return None
            self._costs[key] = self._read(field, key)
        return self._costs[key]

    def _find(self, parent: GraphQLNamedType, name: str) -> GraphQLField | None:
        """Find the definition of a field."""
        if parent is self.schema.query_type and name in _META:
            return _META[name]
        return parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None

    def _read(self, field: GraphQLField, key: tuple[str, str]) -> FieldCost:
        """Read the directives of a field."""
        target = get_named_type(field.type)
        kind_cost, own_cost, size = _directive(target, Cost), _directive(field, Cost), _directive(field, ListSize)
        is_record = is_composite_type(target) and not target.name.startswith("__")
        row = int(kind_cost.weight) if kind_cost else int(is_record)
        weight = int(own_cost.weight) if own_cost else INTROSPECTION * (key[1] == "__schema")
        rows = self._introspection_rows.get(key, 1)
        return FieldCost(target if is_composite_type(target) else None, weight, row, size, rows, key in self._sized)

    @cached_property
    def _sized(self) -> set[tuple[str, str]]:
        """List the fields that have as many rows as the connection which contains them."""
        sized = set()
        for kind in self.schema.type_map.values():
            for each in getattr(kind, "fields", {}).values() if isinstance(kind, GraphQLObjectType) else ():
                size = _directive(each, ListSize)
                sized |= {(get_named_type(each.type).name, name) for name in (size and size.sized_fields) or ()}
        return sized

    @cached_property
    def _introspection_rows(self) -> dict[tuple[str, str], float]:
        """Count the rows of the lists of introspection, on average."""
        kinds = list(self.schema.type_map.values())
        inputs = [each for kind in kinds if isinstance(kind, GraphQLInputObjectType) for each in kind.fields.values()]
        outputs = [kind for kind in kinds if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
        fields = [each for kind in outputs for each in kind.fields.values()]
        total = len(kinds)
        field_types = [each.type for each in [*inputs, *fields, *(arg for each in fields for arg in each.args.values())]]
        wrapped = sum(_wrappers(each) for each in field_types)
        return {
            ("__Schema", "types"): total,
            ("__Schema", "directives"): len(self.schema.directives),
            ("__Type", "ofType"): wrapped / (wrapped + len(field_types)),
            ("__Type", "fields"): len(fields) / total,
            ("__Type", "inputFields"): len(inputs) / total,
            ("__Type", "enumValues"): sum(len(getattr(kind, "values", ())) for kind in kinds) / total,
            ("__Field", "args"): sum(len(each.args) for each in fields) / len(fields),
        }


def _wrappers(kind: Any) -> int:
    """Count how often a type says "a list of" or "never null"."""
    return 1 + _wrappers(kind.of_type) if hasattr(kind, "of_type") else 0


_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
INTROSPECTION = 500
"""The cost of introspection."""
