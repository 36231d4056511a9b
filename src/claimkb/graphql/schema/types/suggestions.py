"""What a text says that is worth recording, as the API shows it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry
from sqlmodel import Session
from strawberry.types.field import StrawberryField

from claimkb.domain import Prediction
from claimkb.domain.date_phrases import DatePhrase
from claimkb.domain.dates import DatePrecision
from claimkb.domain.deadline import DueBound
from claimkb.domain.languages.customs import check_country
from claimkb.domain.permissions import Permission
from claimkb.domain.prediction import DueBasis
from claimkb.domain.questions import BadPage, TooLong
from claimkb.domain.suggesting import SuggestionKind, SuggestionState
from claimkb.domain.suggesting.asking import ABOUT_THE_FUTURE, MOST_READ, effort
from claimkb.domain.target import columns_of
from claimkb.graphql.execution.context import Batch, Context, context_of
from claimkb.graphql.limits.cost_directives import FREE, QUESTION, ListSize, weighing
from claimkb.graphql.mapping.declarations import Question
from claimkb.graphql.mapping.fields import Outside, batched, resolved_by
from claimkb.graphql.mapping.views import object_type, offer_terms
from claimkb.graphql.schema.types.assistance import WithAssistant, assisted_source
from claimkb.graphql.schema.types.claims import Claim, Claimant
from claimkb.graphql.schema.types.due_readings import DueReading
from claimkb.graphql.schema.types.predictions import Target
from claimkb.store import suggestions
from claimkb.store.suggestions import Suggestion as Suggested

if TYPE_CHECKING:
    from claimkb.graphql.schema.similar import SimilarClaim

offer_terms()

_SimilarClaim = Annotated["SimilarClaim", strawberry.lazy("claimkb.graphql.schema.similar")]

MOST, USUAL = 500, 50
"""How many suggestions are given at most, and where nobody says how many."""

USUAL_ALIKE, MOST_ALIKE = 3, 10
ALIKE = 20
"""What it costs to compare one of many statements with the recorded claims."""


@object_type(directives=[FREE])
class Passage:
    """A part of a text: its words, and where it stands."""

    exact: str = strawberry.field(description="The words, to the letter.")
    start: int = strawberry.field(description="Where it begins, in Unicode code points from the start of the text.")
    end: int = strawberry.field(description="Where it ends: the position after its last character.")


@object_type(directives=[FREE])
class SuggestedQuote:
    """At most seven words of a statement, and what stands around them: together they stand once in the text."""

    exact: str = strawberry.field(description="The words, to the letter.")
    prefix: str = strawberry.field(description="The words right before.")
    suffix: str = strawberry.field(description="The words right after.")
    start: int = strawberry.field(description="Where it begins, in Unicode code points from the start of the text.")
    end: int = strawberry.field(description="Where it ends: the position after its last character.")


@object_type(directives=[FREE])
class SuggestedClaimant:
    """Who seems to assert it."""

    name: str = strawberry.field(description="The name, as the text has it.")
    is_guess: bool = strawberry.field(
        description="Whether the sentence names nobody, and it is the nearest speaker before: takeSuggestion then asks who it is."
    )
    known: Claimant | None = strawberry.field(
        description="The claimant that is recorded with this name or alias; null where there is none, or more than one."
    )


def _first(phrase: DatePhrase) -> Any:
    """Return the likeliest reading of a date phrase."""
    return phrase.readings[0]


@object_type(directives=[FREE])
class SuggestedDue:
    """When it is due: the words of the text, and what they mean by their likeliest reading."""

    text: str = strawberry.field(description="The words of the text.")

    @strawberry.field(name="from", description="The first day; null where the bound is BY, or there is no date.")
    def due_from(self: Any) -> date | None:
        return _first(self).due_from  # type: ignore[no-any-return]

    @strawberry.field(name="on", description="The last day; null where no day can be computed.")
    def due_on(self: Any) -> date | None:
        return _first(self).due_on  # type: ignore[no-any-return]

    @strawberry.field(description="How much of the due date is known.")
    def precision(self: Any) -> DatePrecision | None:
        return _first(self).precision  # type: ignore[no-any-return]

    @strawberry.field(description="How the due date binds.")
    def bound(self: Any) -> DueBound:
        return _first(self).bound  # type: ignore[no-any-return]

    @strawberry.field(description="STATED where the words print the days, DERIVED where they are computed.")
    def basis(self: Any) -> DueBasis | None:
        return _first(self).basis  # type: ignore[no-any-return]

    @strawberry.field(description="The sum in words, with the convention that it follows; or why there is no date.")
    def reasoning(self: Any) -> str:
        return _first(self).reasoning  # type: ignore[no-any-return]

    @strawberry.field(description="The day on which to look again, where there is no due date.")
    def review_on(self: Any) -> date | None:
        return _first(self).review_on  # type: ignore[no-any-return]

    readings: list[DueReading] = strawberry.field(
        description="All that the words may mean, the likeliest first: takeSuggestion takes the place of one, counted from 0."
    )


def _similar() -> StrawberryField:
    """Make the field for claims like a suggestion: those of all suggestions are read together."""

    def most(first: int | None) -> int:
        return how_many(first, USUAL_ALIKE, MOST_ALIKE)

    def ask(root: Suggested, _info: strawberry.Info, first: int | None = None) -> Callable[[Session], object]:
        wanted = most(first)
        return lambda session: root.alikes.of(session, root.statement.exact, wanted)

    async def resolve(
        root: Any,
        info: strawberry.Info,
        first: Annotated[
            int | None,
            strawberry.argument(description=f"How many: {USUAL_ALIKE} where left out, {MOST_ALIKE} at most."),
        ] = None,
    ) -> object:
        wanted = most(first)

        def read(session: Session, keys: Sequence[str]) -> list[object]:
            return [root.alikes.of(session, each, wanted) for each in keys]

        return await context_of(info).load((root.alikes, wanted), read, root.statement.exact)

    described = "Recorded claims that say nearly the same, the likeliest first. Whether one is the same is for a person to say."
    sizes = ListSize(assumed_size=USUAL_ALIKE, slicing_arguments=["first"])
    return resolved_by(resolve, Question(ask), list[_SimilarClaim], described, [weighing(ALIKE), sizes])


@object_type()
class Suggestion:
    """What a text seems to say, and is worth recording. It is no record: a person takes it or refuses it."""

    id: strawberry.ID = strawberry.field(
        description="Its id, for takeSuggestion and refuseSuggestion: the same for the same statement of the same text."
    )
    sentence: Passage = strawberry.field(description="The sentence.")
    statement: Passage = strawberry.field(description="The part of the sentence that states it.")
    quote: SuggestedQuote = strawberry.field(description="The words that would be quoted.")
    kind: SuggestionKind = strawberry.field(description="What it would be recorded as.")
    likelihood_text: str | None = strawberry.field(description="The words of likelihood in the text: may soon, is expected to.")
    claimant: SuggestedClaimant | None = strawberry.field(description="Who seems to assert it; null where nobody is named.")
    due: SuggestedDue | None = strawberry.field(description="When it is due; null where the sentence names no date.")
    why: list[str] = strawberry.field(
        description='The words that it was found by, each with what they are a sign of: "will": future.'
    )
    score: float = strawberry.field(description="How sure the rules are, from 0 to 1; of a CLAIM how much it is worth checking.")
    question: str = strawberry.field(description="The question that would be recorded: a person may put it better.")
    criteria: str = strawberry.field(description="What would count as yes and what as no.")
    state: SuggestionState = strawberry.field(description="What became of it; of words that are no source's text always OPEN.")
    claim: Claim | None = strawberry.field(description="The claim that is recorded of it; null unless it is TAKEN.")
    similar = _similar()

    @strawberry.field(description="The number that is predicted; null if there is none.")
    def target(self: Any) -> Target | None:
        # The type shows the columns of a prediction; this one is made for them, and never recorded.
        return None if self.target is None else Prediction.model_construct(**columns_of(self.target))  # type: ignore[return-value]


Kinds = Annotated[
    list[SuggestionKind] | None, strawberry.argument(description="Of these kinds; FORECAST and PROMISE where left out.")
]
First = Annotated[int | None, strawberry.argument(description=f"How many: {USUAL} where left out, {MOST} at most.")]
Country = Annotated[
    str | None,
    strawberry.argument(description="The country (ISO 3166-1) by whose customs dates are read; the desk's own where left out."),
]
SIZES = ListSize(assumed_size=USUAL, slicing_arguments=["first"])


def how_many(first: int | None, usual: int, most: int) -> int:
    """Refuse a number of rows that is not given."""
    wanted = usual if first is None else first
    if not 0 <= wanted <= most:
        raise BadPage("first", name="first", most=most, size=wanted)
    return wanted


def check_lengths(**texts: tuple[str | None, int]) -> None:
    """Refuse texts that are longer than can be read."""
    for name, (text, most) in texts.items():
        if text is not None and len(text) > most:
            raise TooLong(name, name=name, size=len(text), most=most)


def spend_on_texts(context: Context, lengths: Sequence[int]) -> None:
    """Charge for texts beforehand."""
    context.spend_on_quotes(sum(map(effort, lengths)))


def of_source() -> StrawberryField:
    """Make the field for the suggestions of a source."""

    @batched(
        list[Suggestion],
        by="id",
        description="What its newest text says that is worth recording: predictions and promises in its order, then claims worth "
        "checking; none where only a fingerprint is kept. It takes an account, as the text does. Each 20 characters "
        f"cost 1; the first {MOST_READ} are read.",
        directives=[weighing(QUESTION), SIZES],
    )
    def field(
        info: strawberry.Info,
        first: First = None,
        kinds: Kinds = None,
        states: Annotated[
            list[SuggestionState] | None, strawberry.argument(description="In these states; those that are OPEN where left out.")
        ] = None,
        country: Country = None,
        with_assistant: WithAssistant = False,
    ) -> Batch:
        context, most = context_of(info), how_many(first, USUAL, MOST)
        context.actor.need(Permission.READ_TEXT)
        check_lengths(country=(country, 2))
        where, wanted = check_country(country) or context.desk.policy.country, states or [SuggestionState.OPEN]

        def in_these_states(found: Sequence[Suggested]) -> list[Suggested]:
            return [each for each in found if each.state in wanted][:most]

        def read(session: Session, keys: Sequence[UUID]) -> list[list[Suggested]]:
            spend_on_texts(context, suggestions.lengths(session, keys))
            return [in_these_states(each) for each in suggestions.of_sources(session, keys, where, kinds or ABOUT_THE_FUTURE)]

        async def ask(source_id: UUID) -> list[Suggested]:
            return in_these_states(await assisted_source(context, source_id, where, kinds or ABOUT_THE_FUTURE))

        return Outside(ask) if with_assistant else read

    return field


def note_of_source() -> StrawberryField:
    """Make the field for what keeps the rules from finding all in a source."""

    @batched(
        str | None,
        by="id",
        description="What keeps all from being suggested: no text, no day of publishing, a language without tables; null where "
        "nothing does. It takes an account, as the text does.",
    )
    def field(info: strawberry.Info) -> Batch:
        context = context_of(info)
        context.actor.need(Permission.READ_TEXT)

        def read(session: Session, keys: Sequence[UUID]) -> list[str | None]:
            context.spend_on_quotes(sum(suggestions.lengths(session, keys)))
            return suggestions.notes(session, keys)

        return read

    return field
