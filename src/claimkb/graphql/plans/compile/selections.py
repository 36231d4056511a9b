"""Which fields does an operation select of each type? graphql-core collects them, so the order of keys is the executor's."""

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.collect_fields import FieldDetailsList, FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

Fields = FieldDetailsList
"""The fields of a selection that have the same response key."""


class Selections:
    """The selections of an operation, given the values of its variables: @skip and @include may depend on them."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, values: VariableValues
    ) -> None:
        self.schema, self.operation = schema, operation
        self._fragments = {
            each.name.value: FragmentDetails(each) for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._values = values

    def root(self, kind: GraphQLObjectType) -> dict[str, Fields]:
        """List the fields that are selected of the root type, by response key."""
        return collect_fields(self.schema, self._fragments, self._values, kind, self.operation).grouped_field_set

    def below(self, fields: Fields, kind: GraphQLObjectType) -> dict[str, Fields]:
        """List the fields that are selected of a type below these fields, by response key."""
        return collect_subfields(self.schema, self._fragments, self._values, self.operation, kind, fields).grouped_field_set


def node_of(fields: Fields) -> FieldNode:
    """Return the first of some fields with one response key: all have the same name and arguments."""
    return fields[0].node
