"""Which question is asked of a text that nobody has recorded? What it says that is worth recording."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated

import strawberry
from sqlmodel import Session

from claimkb.domain.languages.customs import check_country
from claimkb.domain.permissions import Permission
from claimkb.domain.source import LONGEST_TEXT
from claimkb.domain.suggesting.asking import ABOUT_THE_FUTURE, MOST_READ, Asked
from claimkb.graphql.execution.context import context_of
from claimkb.graphql.limits.cost_directives import QUESTION, weighing
from claimkb.graphql.mapping.fields import Outside, question
from claimkb.graphql.schema.types.assistance import WithAssistant, assisted_text
from claimkb.graphql.schema.types.suggestions import (
    MOST,
    SIZES,
    USUAL,
    Country,
    First,
    Kinds,
    Suggestion,
    check_lengths,
    how_many,
    spend_on_texts,
)
from claimkb.store import suggestions


@strawberry.type
class Suggestions:
    """The question that is asked of words."""

    @question(
        list[Suggestion],
        description="What a text says that is worth recording: predictions and promises in its order, then claims worth checking. "
        "Nothing is saved; what became of them is known of the texts of sources. Each 20 characters "
        f"cost 1; the first {MOST_READ} are read.",
        directives=[weighing(QUESTION), SIZES],
    )
    def suggestions(
        self,
        info: strawberry.Info,
        text: Annotated[str, strawberry.argument(description=f"The text; at most {LONGEST_TEXT} characters.")],
        published_on: Annotated[
            date | None, strawberry.argument(description="When it was published: tomorrow and next year are counted from this day.")
        ] = None,
        language: Annotated[
            str | None,
            strawberry.argument(description="Its language, as a BCP 47 tag; found out where left out, as far as it can be."),
        ] = None,
        country: Country = None,
        title: Annotated[str | None, strawberry.argument(description="Its title, which may name who speaks.")] = None,
        kinds: Kinds = None,
        first: First = None,
        with_assistant: WithAssistant = False,
    ) -> Callable[[Session], object]:
        context, most = context_of(info), how_many(first, USUAL, MOST)
        context.actor.need(Permission.READ)
        check_lengths(text=(text, LONGEST_TEXT), language=(language, 35), country=(country, 2), title=(title, 500))
        asked = Asked(text, published_on, language, check_country(country) or context.desk.policy.country, title)
        if with_assistant:
            return Outside(partial(assisted_text, context, asked, kinds or ABOUT_THE_FUTURE, most))
        spend_on_texts(context, [len(text)])
        return lambda session: suggestions.of_text(session, asked, kinds or ABOUT_THE_FUTURE)[:most]
