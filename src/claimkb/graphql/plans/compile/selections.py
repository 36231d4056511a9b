"""What does an operation select of each type? graphql-core collects it, so that the order of the keys is the executor's."""

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
"""The fields of a selection that are answered under one key."""


class Selections:
    """An operation of a document, with the values of its variables: some decide, by @skip and @include, what is left out."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, values: VariableValues
    ) -> None:
        self.schema, self.operation = schema, operation
        self._fragments = {
            each.name.value: FragmentDetails(each) for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._values = values

    def root(self, kind: GraphQLObjectType) -> dict[str, Fields]:
        """List what is selected of the query itself, by the keys of the answer."""
        return collect_fields(self.schema, self._fragments, self._values, kind, self.operation).grouped_field_set

    def below(self, fields: Fields, kind: GraphQLObjectType) -> dict[str, Fields]:
        """List what is selected of a type below fields, by the keys of the answer."""
        return collect_subfields(self.schema, self._fragments, self._values, self.operation, kind, fields).grouped_field_set


def node_of(fields: Fields) -> FieldNode:
    """Take one of the fields that are answered under one key: they have the same name and arguments."""
    return fields[0].node
