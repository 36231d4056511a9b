"""What does a model answer? A JSON object with proposals, each a few passages of the text; whatever else it says is not read."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST = 40
"""How many proposals of an answer are read."""

Words = Annotated[str, Field(min_length=1, max_length=300)]


class NoUsableAnswer(Exception):
    """A model gave no answer that can be used. The message says why, in words of ours alone."""


class Proposal(BaseModel):
    """A statement of a text, as a model points to it. All but the kind are words of the text."""

    model_config = ConfigDict(strict=True, frozen=True, str_strip_whitespace=True)

    quote: Annotated[str, Field(min_length=1, max_length=1_000, description="The words of the statement.")]
    kind: Annotated[Literal["FORECAST", "PROMISE"], Field(description="FORECAST or PROMISE.")]
    claimant: Annotated[Words | None, Field(description="Who asserts it, as the text names them; or null.")] = None
    likelihood: Annotated[Words | None, Field(description="The words of its sentence that say how likely it is; or null.")] = None
    due: Annotated[Words | None, Field(description="The words of its sentence that say by when; or null.")] = None


class _Answer(BaseModel):
    """The whole answer."""

    model_config = ConfigDict(strict=True)

    statements: list[Any]


def proposals(answer: str) -> list[Proposal]:
    """Read the answer of a model: JSON, perhaps in a code block of Markdown. A proposal of another form is left out."""
    try:
        read = _Answer.model_validate_json(_without_fence(answer.strip()))
    except ValidationError:
        raise NoUsableAnswer("what it answered is not the JSON that it was asked for") from None
    return [proposal for each in read.statements[:MOST] if (proposal := _proposal(each)) is not None]


def _without_fence(answer: str) -> str:
    """Take JSON out of a code block, if the answer is one."""
    first, _, rest = answer.partition("\n")
    return rest.removesuffix("```") if first in ("```", "```json") and rest.endswith("```") else answer


def _proposal(given: object) -> Proposal | None:
    """Read a proposal; None where it has another form."""
    try:
        return Proposal.model_validate(given)
    except ValidationError:
        return None
