"""What is a story, and what can be wrong with the names by which its records refer to one another?"""

from typing import Annotated

from pydantic import Field as Rule

from claimkb.domain.refusals import Refusal

MOST_CLAIMS = 1_000
MOST_RECORDS = 6_000
"""How many claims, and how many records of any kind, one story may have."""

StoryName = Annotated[
    str,
    Rule(
        min_length=1,
        max_length=200,
        description="A name of the story, which stays the same: the ids of its records follow from it and from their keys.",
    ),
]
Key = Annotated[str, Rule(min_length=1, max_length=200, description="A name of your own for it, for references in this story.")]


class BadKey(Refusal):
    """A key has 1 to 200 characters."""


class KeyTwice(Refusal):
    """The key {key} is given twice among the {section}. Give each one a key of its own."""


class NoSuchKey(Refusal):
    """There is no {key} among the {section}{hint}"""


class ListedLater(Refusal):
    """{key} stands further down among the {section}. List it first."""


class KeyAndId(Refusal):
    """Name it by its key in this story or by its id, and not by both."""


class ThereTwice(Refusal):
    """This story has it already: {name} is there twice."""


class SameInTheStory(Refusal):
    """This story has the same {kind} at {place}, under the key {key}: leave one of them out, or say what tells them apart."""


class TooManyRecords(Refusal):
    """This story has {count} records, of at most {most}. Make two stories of it."""


class Unfit(Refusal):
    """{said}"""
