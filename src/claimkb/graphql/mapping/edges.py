"""How does one record lead to others? Each edge is declared once, on the view that it starts from.

From the declaration come the field in the schema and the batched read: one statement for all records of a level. The
declaration itself stays on the field (`metadata["edge"]`), for whoever compiles reads.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from functools import partial
from typing import Annotated, Any, Optional

import strawberry

from claimkb.domain.permissions import Permission
from claimkb.domain.record import Record
from claimkb.graphql.execution.context import Context, context_of
from claimkb.graphql.limits.cost_directives import PAGED, SHORT, ListSize
from claimkb.graphql.mapping.connections import After, Before, Connection, First, Last
from claimkb.store.engine.paging import Slice
from claimkb.store.engine.relationships import Relationship, Through
from claimkb.store.engine.whole_records import WholeRecords


def shown(target: type[Record]) -> Any:
    """Name the view of a record, wherever it is defined."""
    return Annotated[target.__name__, strawberry.lazy("claimkb.graphql.schema.types")]


def follow(context: Context, edge: Relationship, row: Any) -> Awaitable[Any] | None:
    """Read the one row at the far end of an edge; None if there is none."""
    key = getattr(row, edge.ours)
    return None if key is None else context.load_records((edge, "one"), partial(WholeRecords.ones, edge=edge), key)


def beside(
    edge: Relationship, *columns: str, theirs: tuple[str, ...], type_: Any, description: str
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a field that is computed from columns of its row, and of the one row at the far end of an edge.

    The function below takes the row, the other or None, and `info`.
    """

    def decorate(tell: Callable[..., Any]) -> Any:
        async def resolve(root: Any, info: strawberry.Info) -> Any:
            following = follow(context_of(info), edge, root)
            return tell(root, None if following is None else await following, info)

        said = {"beside": edge, "tell": tell, "reads": columns, "theirs": theirs}
        return strawberry.field(resolver=resolve, graphql_type=type_, description=description, metadata=said)

    return decorate


def to_named(target: type[Record], name: str, *, description: str) -> Any:
    """Declare an edge from what is no record itself to a short list of records: those of the ids that `name` lists."""
    edge = Relationship(target)

    async def resolve(root: Any, info: strawberry.Info) -> Any:
        load = partial(context_of(info).load_records, (edge, "one"), partial(WholeRecords.ones, edge=edge))
        return await asyncio.gather(*(load(id_) for id_ in getattr(root, name)))

    type_ = shown(target)
    return strawberry.field(
        resolver=resolve,
        graphql_type=list[type_],  # type: ignore[valid-type]
        description=description,
        metadata={"named": name},
        directives=[SHORT],
    )


class Cardinality(Enum):
    """To how many records an edge leads."""

    TO_ONE = auto()
    TO_LIST = auto()
    TO_MANY = auto()


def _field(
    resolve: Callable[..., Any],
    edge: Relationship,
    leads_to: Cardinality,
    type_: Any,
    description: str,
    *sizes: ListSize,
    needs: Permission | None = None,
) -> Any:
    """Make the field of an edge."""
    said = {"edge": edge, "leads_to": leads_to, "needs": needs}
    return strawberry.field(resolver=resolve, graphql_type=type_, description=description, metadata=said, directives=sizes)


def to_one(
    target: type[Record],
    *,
    description: str,
    via: str = "id",
    by: str = "id",
    optional: bool = False,
    where: tuple[tuple[str, Any], ...] = (),
    order_by: str = "id",
    descending: bool = False,
) -> Any:
    """Declare an edge to one record: the row of `target` whose column `by` equals our column `via`."""
    edge = Relationship(target, ours=via, theirs=by, where=where, order_by=order_by, descending=descending)

    def resolve(root: Any, info: strawberry.Info) -> Any:
        return follow(context_of(info), edge, root)

    type_ = shown(target)
    return _field(resolve, edge, Cardinality.TO_ONE, Optional[type_] if optional else type_, description)  # noqa: UP045 - of a variable


def to_many(
    target: type[Record],
    *,
    order_by: str,
    description: str,
    by: str = "id",
    via: str = "id",
    through: Through | None = None,
    descending: bool = False,
    needs: Permission | None = None,
) -> Any:
    """Declare an edge to a list of records, given as a connection: the rows of `target` whose `by` equals our `via`.

    With `needs` only those may follow it who have that permission.
    """
    edge = Relationship(target, ours=via, theirs=by, through=through, order_by=order_by, descending=descending)

    def resolve(
        root: Any, info: strawberry.Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Any:
        context, key = context_of(info), getattr(root, edge.ours)
        if needs is not None:
            context.actor.need(needs)
        wanted = Slice(first, after, last, before)
        return Connection(
            page=partial(context.load_records, (edge, wanted), partial(WholeRecords.pages, edge=edge, wanted=wanted), key),
            count=partial(context.load_records, (edge, "count"), partial(WholeRecords.counts, edge=edge), key),
        )

    return _field(resolve, edge, Cardinality.TO_MANY, Connection[shown(target)], description, PAGED, needs=needs)  # type: ignore[misc]


def to_list(
    target: type[Record], *, order_by: str, description: str, by: str = "id", via: str = "id", through: Through | None = None
) -> Any:
    """Declare an edge to a short list of records, given whole."""
    edge = Relationship(target, ours=via, theirs=by, through=through, order_by=order_by)

    type_ = shown(target)

    def resolve(root: Any, info: strawberry.Info) -> Any:
        return context_of(info).load_records((edge, "list"), partial(WholeRecords.lists, edge=edge), getattr(root, edge.ours))

    return _field(resolve, edge, Cardinality.TO_LIST, list[type_], description, SHORT)  # type: ignore[valid-type]
