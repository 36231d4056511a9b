"""What does a field cost? The directives that say so, as the GraphQL Cost Directive Specification has them.

A record costs 1 and a value nothing. A field costs what it leads to, as many times as it has rows: `@listSize` says which
arguments tell how many. `@cost` gives another weight.
"""

from math import ceil

import strawberry
from strawberry.schema_directive import Location

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
"""Up to which cost an operation is answered on the event loop, beside others: its rows are shaped in some milliseconds."""

CHARACTERS = 10_000
"""How many characters of captured texts cost as much as a record: their lengths are known before they are read."""

LEAST = 2
"""What an operation costs at least: it is received, judged and answered."""

FREE_TEXT, MORE_TEXT = 1_000, 2_000
"""Up to how many characters a text costs nothing; and how many that it may have beyond them cost as much as a record."""

VALUES = 20
"""How many values in the variables of an operation cost as much as a record."""

QUESTION = 10
"""What it costs to ask the database something by itself, beside what is read of records."""

PAGE = 2
"""What it costs to tell where a page lies in its list: its rows are read, if nothing else is asked of them."""

FILTERED = 30
"""What a filter costs: no index serves them all."""

FILTER = 50
"""What it costs to look for a text wherever in a text it stands (`filter: {text: …}`): no index knows that."""

WORD = 5
"""What each different word of a search costs."""

PHRASE = 600
"""What each phrase of a search costs, and as much to count what it finds: PostgreSQL reads each text anew that has its words."""

BODY = 2_000
"""How many bytes of a request's body cost the address that sends it as much as a record."""

NEW, NEW_CHARACTERS = 20, 10
"""What a document costs that was not asked for lately, and how many of its characters cost one more."""

VERB = 10
"""What it costs to carry out a mutation."""

ITEM = 10
"""What each object in a list of an input costs, such as a piece of evidence: about as much as a mutation of its own."""

PAGED = ListSize(assumed_size=20, slicing_arguments=["first", "last"], sized_fields=["nodes", "edges"])
"""A connection: as many rows as the page has."""

SHORT = ListSize(assumed_size=5)
"""A short list, given whole."""

FREE = Cost(weight="0")
"""What only stands around a record."""


def text_cost(longest: int | None) -> list[Cost]:
    """Give a text that may be long the weight of its length."""
    weight = ceil(((longest or 0) - FREE_TEXT) / MORE_TEXT)
    return [weighing(weight)] if weight > 0 else []


def weighing(cost: int) -> Cost:
    """Give a field another weight than the usual."""
    return Cost(weight=str(cost))


def document_cost(text: str) -> int:
    """Tell what it costs to read, to judge and to compile a document that was not asked for lately."""
    return NEW + len(text) // NEW_CHARACTERS
