"""How is a list given in pages? As a Relay connection, which reads its page and its count only when they are selected."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from claimkb.domain.record import Record
from claimkb.graphql.execution.context import Context
from claimkb.graphql.limits.cost_directives import COUNT, FREE, PAGE, weighing
from claimkb.graphql.mapping.declarations import OrderedSelect
from claimkb.graphql.mapping.views import object_type
from claimkb.store.engine.paging import DEFAULT_SIZE, MOST, Page, Select, Slice
from claimkb.store.engine.steps import Steps
from claimkb.store.engine.whole_records import WholeRecords

T = TypeVar("T")


First = Annotated[
    int | None, strawberry.argument(description=f"How many rows from the beginning: {DEFAULT_SIZE} where left out, {MOST} at most.")
]
After = Annotated[str | None, strawberry.argument(description="Begin after the row with this cursor.")]
Last = Annotated[int | None, strawberry.argument(description=f"How many rows from the end, {MOST} at most; instead of first.")]
Before = Annotated[str | None, strawberry.argument(description="End before the row with this cursor.")]


@object_type(directives=[FREE])
class PageInfo:
    """Where a page lies in its list."""

    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there is more before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first row; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last row; null on an empty page.")


def page_info(page: Page[Any]) -> PageInfo:
    """Tell where a page lies in its list."""
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=page.cursors[0] if page.cursors else None,
        end_cursor=page.cursors[-1] if page.cursors else None,
    )


@object_type(directives=[FREE])
class Edge(Generic[T]):
    """A row of a list, with its place."""

    node: T = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="Its place in the list, to go on from.")


@object_type()
class Connection(Generic[T]):
    """A page of a list."""

    page: strawberry.Private[Callable[[], Awaitable[Page[T]]]]
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="The rows of the page.")
    async def nodes(self) -> list[T]:
        return (await self.page()).rows

    @strawberry.field(description="The rows of the page, each with its cursor.")
    async def edges(self) -> list[Edge[T]]:
        page = await self.page()
        return [Edge(node=row, cursor=cursor) for row, cursor in zip(page.rows, page.cursors, strict=True)]

    @strawberry.field(description="Where the page lies in the list.", directives=[weighing(PAGE)])
    async def page_info(self) -> PageInfo:
        return page_info(await self.page())

    @strawberry.field(description="How many rows the whole list has. Counted only when asked for.", directives=[weighing(COUNT)])
    async def total_count(self) -> int:
        return await self.count()


def connection_of(context: Context, record: type[Record], query: OrderedSelect, page: Slice, key: Hashable) -> Connection[object]:
    """Make the connection of the rows of a query: its page and the count of all rows are read when a field needs them.

    `key` says which query it is: its statements are written once.
    """
    here, (select, order) = object(), query

    def pages(records: WholeRecords, keys: Sequence[Slice]) -> Steps[list[Page[Any]]]:
        (wanted,) = keys
        return [(yield from records.page(record, select, order, wanted, key))]

    def counts(records: WholeRecords, keys: Sequence[Select]) -> Steps[list[int]]:
        (every,) = keys
        return [(yield from records.count(every, key))]

    return Connection(
        page=partial(context.load_records, (here, "page"), pages, page),
        count=partial(context.load_records, (here, "count"), counts, select),
    )
