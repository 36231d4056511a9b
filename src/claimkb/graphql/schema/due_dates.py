"""Which question is asked of the words of a date? What they mean as a due date."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

import strawberry
from sqlmodel import Session

from claimkb.domain import due_words
from claimkb.domain.languages.customs import check_country
from claimkb.graphql.execution.context import context_of
from claimkb.graphql.limits.cost_directives import QUESTION, ListSize, weighing
from claimkb.graphql.mapping.fields import question
from claimkb.graphql.schema.types.due_readings import DueReading
from claimkb.graphql.schema.types.suggestions import Country, check_lengths

USUAL_READINGS = 2


@strawberry.type
class DueDates:
    """The question that is asked of the words of a date."""

    @question(
        list[DueReading],
        description='What words such as "by the end of next quarter" mean as a due date, the likeliest meaning first. Several: '
        "they may mean several. None: they are no date that is known here. The written forms, such as 2027-Q1, are read too.",
        directives=[weighing(QUESTION), ListSize(assumed_size=USUAL_READINGS)],
    )
    def due_dates(
        self,
        info: strawberry.Info,
        text: Annotated[str, strawberry.argument(description="The words; at most 300 characters.")],
        said_on: Annotated[
            date, strawberry.argument(description="When they were said: tomorrow and next year are counted from this day.")
        ],
        language: Annotated[
            str | None,
            strawberry.argument(description="Their language, as a BCP 47 tag; each that is known is tried where it is left out."),
        ] = None,
        country: Country = None,
    ) -> Callable[[Session], object]:
        check_lengths(text=(text, due_words.LONGEST), language=(language, 35), country=(country, 2))
        due_words.check_day("said_on", said_on)
        code = due_words.language_of(language)
        codes = [code] if code else due_words.preferring(None)
        where = check_country(country) or context_of(info).desk.policy.country
        return lambda _session: due_words.readings(text, said_on, codes, where)
