"""What is found by its words?"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any, Union
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlmodel import Session

from claimkb.domain.questions import check_length
from claimkb.domain.record import Record
from claimkb.domain.searching import SearchEntry, SearchKind, text_of
from claimkb.domain.wording import Sought
from claimkb.domain.wording import asked as asked_of
from claimkb.graphql.execution.context import Context, context_of
from claimkb.graphql.limits.cost_directives import COUNT, FREE, PAGE, PAGED, PHRASE, WORD, weighing
from claimkb.graphql.mapping.connections import After, First, PageInfo, page_info
from claimkb.graphql.mapping.declarations import Search, declared
from claimkb.graphql.mapping.views import object_type, offer_terms
from claimkb.graphql.schema import types
from claimkb.store import search
from claimkb.store.engine import paging
from claimkb.store.engine.paging import Page, Slice

offer_terms()

LONGEST_QUERY = 300
SEARCH = 20
"""What it costs to search; each word costs more."""
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
    check_length("query", query, LONGEST_QUERY)
    context.spend(WORD * sum(len(each.words) for each in asked_of(query)))
    charge_for_phrases(query, context)


def charge_for_phrases(query: str, context: Context) -> None:
    """Charge for the phrases of a search: for its page, and once more for its count."""
    context.spend(PHRASE * sum(len(each.words) > 1 for each in asked_of(query)))


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
