"""How does the schema declare costs? By the directives of the GraphQL Cost Directive Specification, and by these constants.

A record costs 1 and a scalar nothing. A field costs what its selection costs, times its number of rows: `@listSize` names the
arguments that set that number. `@cost` sets another weight.
"""

from math import ceil

import strawberry
from strawberry.schema_directive import Location

from claimkb.store.engine.paging import DEFAULT_SIZE

_COST = "What a field or a type costs, where it is not the usual: a number, written as text."
_LIST_SIZE = (
    "How many rows a list is taken to have when its cost is reckoned: as many as the greatest of the slicingArguments says "
    "(of a list, its length), or assumedSize where none is given. In a connection it is the sizedFields that have the rows."
)


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION, Location.OBJECT], name="cost", description=_COST)
class Cost:
    """What a field or a type costs, where it is not the usual."""

    weight: str = strawberry.directive_field(name="weight")


@strawberry.schema_directive(locations=[Location.FIELD_DEFINITION], name="listSize", description=_LIST_SIZE)
class ListSize:
    """How many rows a list is taken to have when its cost is reckoned."""

    assumed_size: int = strawberry.directive_field(name="assumedSize")
    slicing_arguments: list[str] | None = strawberry.directive_field(name="slicingArguments", default=strawberry.UNSET)
    sized_fields: list[str] | None = strawberry.directive_field(name="sizedFields", default=strawberry.UNSET)
    require_one_slicing_argument: bool = strawberry.directive_field(name="requireOneSlicingArgument", default=False)


BRIEF = 500
"""Up to this cost an operation is answered on the event loop beside others: its rows take a few milliseconds to write."""

CHARACTERS = 10_000
"""How many characters of captured texts cost as much as a record. Their lengths are read before the texts."""

LEAST = 2
"""The least cost of an operation, for its request, admission and response."""

FREE_TEXT, MORE_TEXT = 1_000, 2_000
"""Up to how many characters a text costs nothing, and how many more cost as much as a record."""

VALUES = 20
"""How many values in the variables of an operation cost as much as a record."""

QUESTION = 10
"""The cost of a separate statement in the database, beside those that read records."""

PAGE = 2
"""The cost of `pageInfo`: the rows of the page are read for it, also if no field of theirs is selected."""

FILTERED = 30
"""The cost of a filter: not every one has an index."""

FILTER = 50
"""The cost of a search for a part of a text (`filter: {text: …}`), which has no index."""

WORD = 5
"""The cost of each different word of a search."""

PHRASE = 600
"""The cost of each phrase of a search, and again of a count of its hits: PostgreSQL reads every text that has its words."""

BODY = 2_000
"""How many bytes of a body cost its address as much as a record."""

NEW, NEW_CHARACTERS = 20, 10
"""The cost of a document that is not cached, and how many of its characters cost one more."""

COUNT = 5
"""The cost of counting a list."""

VERB = 10
"""The cost of a mutation."""

CAPTURE = 1_000
"""The cost of fetching and reading an address, beside that of its mutation: about half a second of a core."""

ITEM = 10
"""The cost of each object in a list of an input, such as a piece of evidence: about that of a mutation."""

CHANGED, SEVERAL = 3, ("claimIds", "predictionIds")
"""The cost of each id in the lists of ids that verbs take, and the names of these lists: each is a record that is changed."""

PAGED = ListSize(assumed_size=DEFAULT_SIZE, slicing_arguments=["first", "last"], sized_fields=["nodes", "edges"])
"""A connection has as many rows as its page."""

SHORT = ListSize(assumed_size=5)
"""A short list without pages."""

FREE = Cost(weight="0")
"""The cost of a type that only wraps a record."""


def text_cost(longest: int | None) -> list[Cost]:
    """Weigh a text by its greatest length."""
    weight = ceil(((longest or 0) - FREE_TEXT) / MORE_TEXT)
    return [weighing(weight)] if weight > 0 else []


def weighing(cost: int) -> Cost:
    """Make the directive for a weight other than the usual."""
    return Cost(weight=str(cost))


def document_cost(text: str) -> int:
    """Return the cost to parse, validate and compile a document that is not cached."""
    return NEW + len(text) // NEW_CHARACTERS
