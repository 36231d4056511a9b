"""How is an edge from one record to others declared? Once, on the view that it starts from.

The declaration gives the field in the schema, and a resolver that reads one statement for all records of a level.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Annotated, Any, Optional

import strawberry
from strawberry.types.field import StrawberryField

from claimkb.domain.permissions import Permission
from claimkb.domain.record import Record
from claimkb.graphql.execution.context import Context, context_of
from claimkb.graphql.limits.cost_directives import PAGED, SHORT
from claimkb.graphql.mapping.connections import After, Before, Connection, First, Last
from claimkb.graphql.mapping.declarations import ComputedBeside, ToList, ToMany, ToNamed, ToOne
from claimkb.graphql.mapping.fields import resolved_by
from claimkb.store.engine.paging import Slice
from claimkb.store.engine.relationships import Relationship, Through
from claimkb.store.engine.whole_records import WholeRecords

Where = tuple[tuple[str, Hashable], ...]
"""Columns, each with the value that it must have."""

STANDING: Where = (("retracted_at", None),)
"""Leaves out what was retracted."""


def view_of(target: type[Record]) -> Any:
    """Name the view of a record, wherever it is defined."""
    return Annotated[target.__name__, strawberry.lazy("claimkb.graphql.schema.types")]


def follow(context: Context, relationship: Relationship, row: object) -> Awaitable[Any] | None:
    """Read the one row at the far end of a relationship; None if there is none."""
    key = getattr(row, relationship.ours)
    if key is None:
        return None
    return context.load_records((relationship, "one"), partial(WholeRecords.ones, relationship=relationship), key)


def computed_beside(
    relationship: Relationship, *columns: str, theirs: tuple[str, ...], type_: object, description: str
) -> Callable[[Callable[..., object]], StrawberryField]:
    """Declare a field that is computed from columns of its row, and of the one row at the far end of a relationship.

    The decorated function takes the row, the other row or None, and `info`.
    """

    def decorate(compute: Callable[..., object]) -> StrawberryField:
        async def resolve(root: object, info: strawberry.Info) -> object:
            following = follow(context_of(info), relationship, root)
            return compute(root, None if following is None else await following, info)

        return resolved_by(resolve, ComputedBeside(columns, relationship, theirs, compute), type_, description)

    return decorate


def to_named(target: type[Record], attribute: str, *, description: str) -> StrawberryField:
    """Declare an edge from an object that is no record to a short list of records, whose ids stand in an attribute."""
    relationship = Relationship(target)

    async def resolve(root: object, info: strawberry.Info) -> object:
        load = partial(context_of(info).load_records, (relationship, "one"), partial(WholeRecords.ones, relationship=relationship))
        return await asyncio.gather(*(load(id_) for id_ in getattr(root, attribute)))

    type_ = view_of(target)
    return resolved_by(resolve, ToNamed(attribute), list[type_], description, [SHORT])  # type: ignore[valid-type]


def to_one(
    target: type[Record],
    *,
    description: str,
    via: str = "id",
    by: str = "id",
    optional: bool = False,
    where: Where = (),
    order_by: str = "id",
    descending: bool = False,
) -> StrawberryField:
    """Declare an edge to one record: the row of `target` whose column `by` equals our column `via`."""
    relationship = Relationship(target, ours=via, theirs=by, where=where, order_by=order_by, descending=descending)

    def resolve(root: object, info: strawberry.Info) -> object:
        return follow(context_of(info), relationship, root)

    type_ = view_of(target)
    return resolved_by(resolve, ToOne(relationship), Optional[type_] if optional else type_, description)  # noqa: UP045 - of a variable


def to_many(
    target: type[Record],
    *,
    order_by: str,
    description: str,
    by: str = "id",
    via: str = "id",
    through: Through | None = None,
    where: Where = (),
    descending: bool = False,
    needs: Permission | None = None,
) -> StrawberryField:
    """Declare an edge to a list of records, given as a connection: the rows of `target` whose `by` equals our `via`.

    With `needs`, only callers with that permission may follow it.
    """
    relationship = Relationship(target, ours=via, theirs=by, through=through, where=where, order_by=order_by, descending=descending)
    read_page, read_counts = (partial(each, relationship=relationship) for each in (WholeRecords.pages, WholeRecords.counts))

    def resolve(
        root: object, info: strawberry.Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> object:
        context, key = context_of(info), getattr(root, relationship.ours)
        if needs is not None:
            context.actor.need(needs)
        page = Slice(first, after, last, before)
        return Connection(
            page=partial(context.load_records, (relationship, page), partial(read_page, wanted=page), key),
            count=partial(context.load_records, (relationship, "count"), read_counts, key),
        )

    return resolved_by(resolve, ToMany(relationship, needs), Connection[view_of(target)], description, [PAGED])  # type: ignore[misc]


def to_list(
    target: type[Record],
    *,
    order_by: str,
    description: str,
    by: str = "id",
    via: str = "id",
    through: Through | None = None,
    where: Where = (),
) -> StrawberryField:
    """Declare an edge to a short list of records, given whole."""
    relationship = Relationship(target, ours=via, theirs=by, through=through, where=where, order_by=order_by)
    read_lists = partial(WholeRecords.lists, relationship=relationship)

    def resolve(root: object, info: strawberry.Info) -> object:
        return context_of(info).load_records((relationship, "list"), read_lists, getattr(root, relationship.ours))

    type_ = view_of(target)
    return resolved_by(resolve, ToList(relationship), list[type_], description, [SHORT])  # type: ignore[valid-type]
