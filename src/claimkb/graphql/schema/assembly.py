"""The schema: every type, question and verb of the API, as one."""

from typing import Any

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


def _forget_null_defaults(made: GraphQLSchema) -> None:
    """Take away every default of null: it says nothing, and hides whether a client sent null or nothing."""
    for kind in made.type_map.values():
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
_forget_null_defaults(schema._schema)


def sdl() -> str:
    """Print the schema in GraphQL's schema definition language."""
    return schema.as_str() + "\n"


def introspection() -> dict[str, Any]:
    """Describe the schema as an introspection query does."""
    return dict(introspection_from_schema(schema._schema))
