"""How do the suggestions for a text get those of the assistant? A person asks for it, and only then is the text sent."""

from functools import partial
from typing import Annotated
from uuid import UUID

import strawberry

from claimkb.domain.assisting import Assistant, NoAssistant
from claimkb.domain.permissions import Permission
from claimkb.domain.suggesting import Suggested
from claimkb.domain.suggesting.asking import ABOUT_THE_FUTURE, Asked, effort
from claimkb.graphql.execution.context import Context
from claimkb.store import suggestions
from claimkb.store.suggestions import Kinds, Suggestion

ASSISTED = 1_000
"""What it costs to ask the assistant about a text."""

WithAssistant = Annotated[
    bool,
    strawberry.argument(
        description="Also ask the language model that the desk has set up: the text is sent to it, so it takes the permission to "
        "record, and costs 1000. It computes no day, and adds only what stands in the text. If it fails, the suggestions of the "
        "rules come all the same, and extensions.warnings says why. To take or refuse a suggestion that is the model's alone, send "
        "the place of its statement, too; what is recorded is what the rules read there, but for what you send otherwise."
    ),
]


def assistant_of(context: Context) -> Assistant:
    """Return the assistant of the desk; refuse callers who may not ask it, and a desk that has none."""
    context.actor.need(Permission.RECORD)
    if context.desk.assistant is None:
        raise NoAssistant("with_assistant")
    return context.desk.assistant


async def _found(context: Context, asked: Asked, kinds: Kinds) -> list[Suggested]:
    """Suggest what a text says, by the rules and by the assistant."""
    assistant = assistant_of(context)
    context.spend(ASSISTED)
    rules = await context.read(lambda _session: suggestions.suggested(asked, tuple({*kinds, *ABOUT_THE_FUTURE})))
    answered = await context.ask_outside(assistant(asked, rules))
    if answered.note is not None:
        context.warnings.append(answered.note)
    return [each for each in answered.suggestions if each.kind in kinds]


async def assisted_text(context: Context, asked: Asked, kinds: Kinds, most: int) -> list[Suggestion]:
    """Suggest what a text says that is no source's."""
    assistant_of(context)
    context.spend_on_quotes(effort(len(asked.text)))
    found = await _found(context, asked, kinds)
    return (await context.read(partial(suggestions.of_text, asked=asked, kinds=kinds, found=found)))[:most]


async def assisted_source(context: Context, source_id: UUID, country: str | None, kinds: Kinds) -> list[Suggestion]:
    """Suggest what the newest text of a source says."""
    assistant_of(context)
    lengths = await context.read(partial(suggestions.lengths, source_ids=[source_id]))
    context.spend_on_quotes(sum(map(effort, lengths)))
    asked = await context.read(partial(suggestions.asked_of_source, source_id=source_id, country=country))
    if asked is None:
        return []
    found = {asked.sha256: await _found(context, asked, kinds)}
    of_sources = partial(suggestions.of_sources, source_ids=[source_id], country=country, kinds=kinds, found_in=found)
    return (await context.read(of_sources))[0]
