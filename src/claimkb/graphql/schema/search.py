"""What is found by its words, and which claims say nearly the same?"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any, Optional, Union
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlmodel import Session
from strawberry.types.field import StrawberryField

from claimkb.domain import Appearance, Prediction
from claimkb.domain.normal_forms import words
from claimkb.domain.questions import BadPage, TooLong
from claimkb.domain.record import Record
from claimkb.domain.reference import RefersTo
from claimkb.domain.searching import SearchEntry, SearchKind, text_of
from claimkb.domain.wording import Sought, telling
from claimkb.domain.wording import asked as asked_of
from claimkb.graphql.execution.context import Context, context_of
from claimkb.graphql.limits.cost_directives import COUNT, FREE, PAGE, PAGED, PHRASE, QUESTION, WORD, ListSize, weighing
from claimkb.graphql.mapping.connections import After, First, PageInfo, page_info
from claimkb.graphql.mapping.declarations import Search, declared
from claimkb.graphql.mapping.fields import question
from claimkb.graphql.mapping.views import object_type, offer_terms
from claimkb.graphql.schema import types
from claimkb.store import claimants, merges, search, sources
from claimkb.store.engine import paging, relationships
from claimkb.store.engine.paging import MOST, Page, Slice
from claimkb.store.engine.relationships import Relationship

offer_terms()

LONGEST_QUERY = 300
LONGEST_STATEMENT = 1000
USUAL_ALIKE = 10
SEARCH, ALIKE = 20, 200
"""What it costs to search, and to compare a statement with two hundred claims; each word costs more."""
SNIPPET = 2
"""What it costs to look through a text of some thousand characters for a hit."""

SearchResult = Annotated[
    Union[types.Source, types.Claimant, types.Claim, types.Prediction, types.Outcome],  # noqa: UP007 - strawberry names it
    strawberry.union("SearchResult", description="A record that a search finds."),
]


@object_type(directives=[FREE])
class SearchEdge:
    """A record that was found, with its place, and where it answers the search."""

    node: SearchResult = strawberry.field(description="The record.")
    cursor: str = strawberry.field(description="Its place in the list, to go on from.")
    sought: strawberry.Private[Sought]

    @strawberry.field(
        description="Where it answers the search: HTML, escaped, each hit in <mark>, at most 40 words.",
        directives=[weighing(SNIPPET)],
    )
    async def snippet(self, info: strawberry.Info) -> str:
        row: Any = self.node

        def snippets(session: Session, keys: Sequence[tuple[UUID, str]]) -> list[str]:
            said = search.said(session, [id_ for id_, _ in keys])
            return [self.sought.snippet(text, said.get(id_)) for id_, text in keys]

        # All snippets of the page are made together, in a thread.
        marked: str = await context_of(info).load((self.sought, "snippets"), snippets, (row.id, text_of(row)))
        return marked


@object_type()
class SearchConnection:
    """A page of what a search found, what was recorded last first."""

    query: strawberry.Private[str]
    sought: strawberry.Private[Sought]
    page: strawberry.Private[Callable[[], Awaitable[Page[SearchResult]]]]
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="The records of the page.")
    async def nodes(self) -> list[SearchResult]:
        return (await self.page()).rows

    @strawberry.field(description="The records of the page, each with its cursor and a snippet.")
    async def edges(self) -> list[SearchEdge]:
        page = await self.page()
        return [
            SearchEdge(node=row, cursor=cursor, sought=self.sought) for row, cursor in zip(page.rows, page.cursors, strict=True)
        ]

    @strawberry.field(description="Where the page lies in the list.", directives=[weighing(PAGE)])
    async def page_info(self) -> PageInfo:
        return page_info(await self.page())

    @strawberry.field(description="How many records the search finds. Counted only when asked for.", directives=[weighing(COUNT)])
    async def total_count(self, info: strawberry.Info) -> int:
        charge_for_phrases(self.query, context_of(info))
        return await self.count()


@object_type()
class SimilarClaim:
    """A claim that is like a statement."""

    claim: types.Claim = strawberry.field(description="The claim.")
    score: float = strawberry.field(
        description="How alike they are, from 0 to 1: twice the words they share, by the words of both (Sørensen and Dice)."
    )
    why: list[str] = strawberry.field(description="The words they share, folded, without the, of, will and so on.")


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


def _found(session: Session, matching: sa.Select[Any], wanted: Slice) -> Page[Record]:
    """Read a page of entries, and put the records in their places."""
    page = paging.page(session, matching, search.ordered(), wanted)
    entries: list[SearchEntry] = page.rows
    rows: list[Record] = search.records_of(session, entries)
    there = {row.id for row in rows}
    places = [place for entry, place in zip(entries, page.places, strict=True) if entry.record_id in there]
    return Page(rows, places, has_next=page.has_next, has_previous=page.has_previous)


def check_query(query: str, context: Context) -> None:
    """Refuse a search that is longer than anybody would ask, and charge for its words."""
    _check_length("query", query, LONGEST_QUERY)
    context.spend(WORD * sum(len(each.words) for each in asked_of(query)))
    charge_for_phrases(query, context)


def charge_for_phrases(query: str, context: Context) -> None:
    """Charge for the phrases of a search: for its page, and once more for its count."""
    context.spend(PHRASE * sum(len(each.words) > 1 for each in asked_of(query)))


def _check_length(name: str, text: str, most: int) -> None:
    """Refuse a text that is longer than anybody would ask."""
    if len(text) > most:
        raise TooLong(name, name=name, size=len(text), most=most)


@strawberry.type
class Searches:
    """The questions that are asked in words."""

    @strawberry.field(
        description="The records whose words answer a search, what was recorded last first. All words must be there, whatever "
        'their case and accents; from three letters on a word also finds longer ones that begin with it. "A phrase" in quotes is '
        "found to the letter, and -word leaves out what has the word. No query is an error; one without a word finds nothing.",
        metadata=declared(Search()),
        directives=[weighing(SEARCH), PAGED],
    )
    async def search(
        self,
        info: strawberry.Info,
        query: Annotated[str, strawberry.argument(description="What to look for; at most 300 characters.")],
        kinds: Annotated[
            list[SearchKind] | None, strawberry.argument(description="Only among these kinds; all where left out.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> SearchConnection:
        context, wanted, here = context_of(info), Slice(first, after), object()
        check_query(query, context)
        matching = search.matching(query, kinds, is_sqlite=context.desk.database.is_sqlite)

        def page(session: Session, keys: Sequence[object]) -> list[Page[Record]]:
            return [_found(session, matching, wanted) for _ in keys]

        def count(session: Session, keys: Sequence[object]) -> list[int]:
            return [paging.count(session, matching) for _ in keys]

        return SearchConnection(
            query=query,
            sought=Sought(query),
            page=partial(context.load, (here, "page"), page, None),
            count=partial(context.load, (here, "count"), count, None),
        )

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
        _check_length("statement", statement, LONGEST_STATEMENT)
        context_of(info).spend(WORD * len(telling(statement)))
        most = USUAL_ALIKE if first is None else first
        if not 0 <= most <= MOST:
            raise BadPage("first", name="first", most=MOST, size=most)
        own = RefersTo("Claim").read_argument("claim_id", claim_id)
        return partial(search.similar, statement=statement, claim_id=own, most=most)

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
        _check_length("name", name, LONGEST_QUERY)
        context_of(info).spend(WORD * len(words(name)))
        return partial(claimants.similar, name=name, most=USUAL_ALIKE)


MOST_SIMILAR = 5


def _similar(
    type_: type, description: str, find: Callable[[Session, Any], Sequence[object]], cost: int = QUESTION
) -> StrawberryField:
    """Make a payload's field for what is like the result: a person says whether it is the same."""

    def ask(root: Any, _info: strawberry.Info) -> Callable[[Session], object]:
        result = root.result
        return lambda session: [] if result is None else find(session, result)

    return question(list[type_], description=description, directives=[weighing(cost), ListSize(assumed_size=MOST_SIMILAR)])(ask)  # type: ignore[valid-type]


SIMILAR_SOURCES = _similar(
    types.Source,
    "Sources that are probably the same page: at this address with http or https, with a slash at the end or without.",
    lambda session, source: sources.probably_at(session, source.url) if source.url else [],
)
SIMILAR_CLAIMANTS = _similar(
    types.Claimant,
    "Claimants with a name or an alias like its name, in whatever spelling or script, the likeliest first: five at most.",
    lambda session, claimant: [each.claimant for each in claimants.similar(session, claimant.name, MOST_SIMILAR, claimant.id)],
    ALIKE,
)
SIMILAR_CLAIMS = _similar(
    SimilarClaim,
    "Claims that say nearly the same, the likeliest first: five at most. One of the score 1 has the same words.",
    lambda session, claim: search.similar(session, claim.statement, claim.id, MOST_SIMILAR),
    ALIKE,
)
STAYED = question(
    list[types.Node],
    description="What did not come back, because somebody has changed it since: a hundred at most.",
    directives=[weighing(QUESTION), ListSize(assumed_size=MOST)],
)(lambda root, _info: lambda session: [] if root.result is None else merges.stayed(session, root.result.id))


def _of_claim(type_: Any, record: type[Record], name: str) -> StrawberryField:
    """Make a payload's field for what was recorded with a claim."""
    newest = Relationship(record, theirs="claim_id", order_by="created_at", descending=True)

    def ask(root: Any, _info: strawberry.Info) -> Callable[[Session], object]:
        return lambda session: None if root.result is None else relationships.ones(session, newest, [root.result.id])[0]

    return question(Optional[type_], description=f"Its {name}; null if the input was refused, or there is none.")(ask)  # noqa: UP045 - of a variable


APPEARANCE = _of_claim(types.Appearance, Appearance, "appearance")
PREDICTION = _of_claim(types.Prediction, Prediction, "prediction")
