"""Shows dates: datasette-graphql takes every column that is not text, a whole number or a blob for a float, and refuses a day there."""

from datasette_graphql import utils
from graphene.types.generic import GenericScalar

utils.types[float] = GenericScalar()
