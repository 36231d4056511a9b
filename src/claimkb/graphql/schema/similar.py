"""Which claims say nearly the same as a statement or as a text, and which claimants may be the same?"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

import strawberry
from sqlmodel import Session

from claimkb.domain.normal_forms import words
from claimkb.domain.questions import check_first, check_length
from claimkb.domain.reference import RefersTo
from claimkb.domain.wording import telling
from claimkb.graphql.execution.context import context_of
from claimkb.graphql.limits.cost_directives import FREE, QUESTION, WORD, ListSize, weighing
from claimkb.graphql.mapping.fields import question
from claimkb.graphql.mapping.views import object_type
from claimkb.graphql.schema import types
from claimkb.graphql.schema.search import LONGEST_QUERY
from claimkb.graphql.schema.types.suggestions import Passage
from claimkb.store import claimants, search
from claimkb.store.engine.paging import MOST

LONGEST_STATEMENT = 1000
USUAL_ALIKE, USUAL_PASSAGES = 10, 20
ALIKE = 200
"""What it costs to compare a statement with some hundred claims, or a name with claimants; each word costs more."""
ENCODED = 200
"""What it costs to encode a statement, and to compare it with the vectors of all claims."""
SENTENCE = 10
"""What it costs to compare one of many sentences with the recorded claims; each different word of all costs 1 more."""


@object_type()
class SimilarClaim:
    """A claim that is like a statement."""

    claim: types.Claim = strawberry.field(description="The claim.")
    score: float = strawberry.field(
        description="How alike they are, from 0 to 1: twice the words they share, by the words of both (Sørensen and Dice)."
    )
    why: list[str] = strawberry.field(
        description="The words they share, folded, without the, of, will and so on. Where the desk compares by meaning, also that "
        "they are close in meaning, by which model, and what differs: numbers, or that only one is negated."
    )


@object_type(directives=[FREE])
class SimilarPassage:
    """A sentence of a text that is like recorded claims."""

    passage: Passage = strawberry.field(description="The sentence, and where it stands in the text.")
    similar: list[SimilarClaim] = strawberry.field(
        description="The claims, the likeliest first: three at most.", directives=[ListSize(assumed_size=search.MOST_ALIKE)]
    )


@object_type()
class SimilarClaimant:
    """A claimant that may be the one of a name, in another spelling or another script."""

    claimant: types.Claimant = strawberry.field(description="The claimant.")
    score: float = strawberry.field(
        description="How alike the name and its nearest name or alias are, from 0 to 1: by the letters of their words, romanised."
    )
    why: list[str] = strawberry.field(
        description="The words that are alike, folded: the one that was given, then the recorded one."
    )


@strawberry.type
class Similarities:
    """The questions about what is alike."""

    @question(
        list[SimilarClaim],
        description="The recorded claims most like a statement, the likeliest first; retracted ones left out. Whether two claims "
        "are the same is for a person to say: relateClaims with SAME_AS, ASSERTED or DENIED.",
        directives=[weighing(ALIKE), ListSize(assumed_size=USUAL_ALIKE, slicing_arguments=["first"])],
    )
    def similar_claims(
        self,
        info: strawberry.Info,
        statement: Annotated[str, strawberry.argument(description="What is claimed; at most 1000 characters.")],
        claim_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The claim whose statement it is, if it is recorded: it is left out, and so is what somebody said is "
                "not the same."
            ),
        ] = None,
        first: Annotated[int | None, strawberry.argument(description="How many: 10 where left out, 100 at most.")] = None,
    ) -> Callable[[Session], object]:
        check_length("statement", statement, LONGEST_STATEMENT)
        context_of(info).spend(WORD * len(telling(statement)))
        most = check_first(first, USUAL_ALIKE, MOST)
        own = RefersTo("Claim").read_argument("claim_id", claim_id)
        meaning = context_of(info).desk.meaning
        if meaning is None:
            return partial(search.similar, statement=statement, claim_id=own, most=most)
        context_of(info).spend(ENCODED)
        return partial(meaning.similar, statement=statement, claim_id=own, most=most)

    @question(
        list[SimilarPassage],
        description="Had we this? The sentences of a text that are like recorded claims, in its order, each with these claims. A "
        "sentence is like a claim from a score of 0.3 on, and by two words at least. Whether they say the same is for a person to "
        "say.",
        directives=[weighing(QUESTION), ListSize(assumed_size=USUAL_PASSAGES, slicing_arguments=["first"])],
    )
    def similar_claims_in_text(
        self,
        info: strawberry.Info,
        text: Annotated[str, strawberry.argument(description="The text; at most 100,000 characters and 500 sentences.")],
        language: Annotated[
            str | None, strawberry.argument(description="Its language, such as en, which tells where its sentences end.")
        ] = None,
        first: Annotated[
            int | None, strawberry.argument(description="How many of these sentences: 20 where left out, 100 at most.")
        ] = None,
    ) -> Callable[[Session], object]:
        most, context = check_first(first, USUAL_PASSAGES, MOST), context_of(info)

        def weigh(statements: Sequence[str]) -> None:
            different = frozenset[str]().union(*map(telling, statements))
            context.spend(SENTENCE * len(statements) + len(different))

        return partial(search.similar_in_text, text=text, language=language, first=most, weigh=weigh)

    @question(
        list[SimilarClaimant],
        description="The claimants with a name or an alias like this name, the likeliest first, in whatever spelling or script: at "
        "most ten. Whether they are the same is for a person to say: an alias says it, and mergeClaimants.",
        directives=[weighing(ALIKE), ListSize(assumed_size=USUAL_ALIKE)],
    )
    def similar_claimants(
        self,
        info: strawberry.Info,
        name: Annotated[str, strawberry.argument(description="The name; at most 300 characters.")],
    ) -> Callable[[Session], object]:
        check_length("name", name, LONGEST_QUERY)
        context_of(info).spend(WORD * len(words(name)))
        return partial(claimants.similar, name=name, most=USUAL_ALIKE)
