"""What is an assistant? A language model that a desk has set up, and that is asked about a text when a person wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from claimkb.domain.refusals import Refusal
from claimkb.domain.suggesting import Suggested
from claimkb.domain.suggesting.asking import Asked

MODEL = "model "
"""What stands before the name of the model in what a suggestion was found by."""

UNDETERMINED = "und"
"""The tag of a language that is not known (BCP 47)."""


class NoAssistant(Refusal):
    """No assistant is set up here, so none can be asked: the operator sets CLAIMKB_ASSISTANT_URL and CLAIMKB_ASSISTANT_MODEL.
    Without it the rules find their suggestions all the same.
    """


@dataclass(frozen=True)
class Assisted:
    """The suggestions of the rules, with those of the assistant; and what a person should know about how it came to them."""

    suggestions: list[Suggested]
    note: str | None = None
    """Why nothing came of the assistant, or how much of the text it has read; None where there is nothing to say."""


class Assistant(Protocol):
    """A language model, by its endpoint."""

    @property
    def model(self) -> str:
        """The name of the model, which each of its suggestions shows."""

    @property
    def host(self) -> str:
        """The host to which texts are sent."""

    async def __call__(self, asked: Asked, found: Sequence[Suggested]) -> Assisted:
        """Ask about a text. Whatever becomes of it, the suggestions of the rules are among those that come back."""


def language_tag(asked: Asked) -> str:
    """Return the tag of the language of a text: one that has tables, if it can be told."""
    return asked.code or asked.tag or UNDETERMINED
