"""What is in the schema? All types, queries, mutations and subscriptions of the API, assembled here."""

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    introspection_from_schema,
)
from strawberry.schema.config import StrawberryConfig

from claimkb.graphql.mapping.scalars import SCALARS
from claimkb.graphql.schema import types
from claimkb.graphql.schema.mutations import Mutation
from claimkb.graphql.schema.queries import NODES, Query
from claimkb.graphql.schema.subscriptions import Subscription


def _remove_null_defaults(core_schema: GraphQLSchema) -> None:
    """Remove every default of null: with it a resolver cannot tell null from an argument that was not sent."""
    for kind in core_schema.type_map.values():
        fields = kind.fields.values() if isinstance(kind, GraphQLObjectType | GraphQLInputObjectType) else ()
        values = [value for field in fields for value in (field.args.values() if isinstance(field, GraphQLField) else (field,))]
        for value in values:
            if value.default_value is None:
                value.default_value = Undefined


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[getattr(types, name) for name in NODES],
    config=StrawberryConfig(scalar_map=SCALARS),
)
_remove_null_defaults(schema._schema)


def sdl() -> str:
    """Print the schema in GraphQL's schema definition language."""
    return schema.as_str() + "\n"


def introspection() -> dict[str, object]:
    """Return the result of an introspection query."""
    return dict(introspection_from_schema(schema._schema))
