"""Which questions can be asked? Records by id, lists by filter and order, and how the backlog stands."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, Optional
from uuid import UUID

import strawberry
from sqlmodel import Session
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField

from claimkb import domain
from claimkb.domain.channel import MOST_OF_ONES_OWN
from claimkb.domain.permissions import Permission, Role
from claimkb.domain.questions import BadPage
from claimkb.domain.record import Record
from claimkb.domain.reference import parse_global_id, parse_uuid
from claimkb.graphql.execution.context import Context, context_of
from claimkb.graphql.limits.cost_directives import FILTERED, PAGED, QUESTION, ListSize, weighing
from claimkb.graphql.mapping.connections import After, Before, Connection, First, Last, connection_of
from claimkb.graphql.mapping.declarations import ById, ListOf, OrderedSelect, declared
from claimkb.graphql.mapping.fields import question, resolved_by
from claimkb.graphql.mapping.inputs import offer, valid
from claimkb.graphql.mapping.scalars import URL
from claimkb.graphql.mapping.views import object_type
from claimkb.graphql.schema import types
from claimkb.graphql.schema.backlog import Backlog
from claimkb.graphql.schema.lists import LISTINGS, Listing
from claimkb.graphql.schema.search import Searches
from claimkb.graphql.schema.similar import Similarities
from claimkb.graphql.schema.suggestions import Suggestions
from claimkb.store import channels, sources
from claimkb.store.engine import records
from claimkb.store.engine.paging import MOST, Slice
from claimkb.store.engine.whole_records import WholeRecords

NODES: dict[str, type[Record]] = {
    record.__name__: record
    for record in (
        domain.Source,
        domain.Snapshot,
        domain.SuggestionRefusal,
        domain.Claimant,
        domain.Membership,
        domain.Claim,
        domain.Collection,
        domain.CollectedClaim,
        domain.Appearance,
        domain.AnchorProposal,
        domain.ClaimRelation,
        domain.Prediction,
        domain.DueDateChange,
        domain.Outcome,
        domain.Evidence,
        domain.Flag,
        domain.ProgressNote,
        domain.ReplyRequest,
        domain.Review,
        domain.Series,
        domain.Revision,
        domain.Account,
        domain.Token,
        domain.SavedSearch,
        domain.Channel,
        domain.Delivery,
        domain.Checkpoint,
        domain.Erasure,
    )
}
"""The kinds of records that `node` finds."""


def _list(name: str, listing: Listing) -> StrawberryField:
    """Make the field of a list."""
    filter_type = offer(listing.filter, listing.filter.__name__)
    order_type = offer(listing.order, listing.order.__name__)
    shown_as = listing.shown_as

    def query(today: date, arguments: Mapping[str, Any], sees_all: bool) -> OrderedSelect:
        matching = listing.matching(valid(arguments.get("filter")) or listing.filter(), today)
        if not sees_all and listing.public is not None:
            matching = listing.public(matching)
        return matching, listing.ordered(valid(arguments.get("order_by")))

    def resolve(
        info: strawberry.Info,
        filter: Annotated[filter_type | None, strawberry.argument(description="Which ones.")] = None,  # type: ignore[valid-type]
        order_by: Annotated[order_type | None, strawberry.argument(description="In which order.")] = None,  # type: ignore[valid-type]
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Any:
        context = context_of(info)
        context.actor.need(listing.needs)
        arguments, sees_all = {"filter": filter, "order_by": order_by}, context.actor.sees_all
        key = (name, repr(arguments), context.today, sees_all)
        page = Slice(first, after, last, before)
        return connection_of(context, listing.record, query(context.today, arguments, sees_all), page, key)

    type_ = Connection[shown_as]  # type: ignore[valid-type]
    # To leave out private rows reads each row, as a filter does.
    directives = [PAGED] if listing.public is None else [PAGED, weighing(FILTERED)]
    declaration = ListOf(listing.record, listing.needs, query)
    field = resolved_by(resolve, declaration, type_, listing.description, directives)
    field.python_name = name
    return field


def named(context: Context, id_: str, only: str | None = None) -> tuple[str, UUID] | None:
    """Read a global id; None where it names no record that may be seen, or one of another kind."""
    kind, uuid = parse_global_id(id_) or (only, parse_uuid(id_))
    if uuid is None or kind not in NODES or only not in (None, kind):
        return None
    return (kind, uuid) if context.actor.may_see(kind) else None


def all_named(context: Context, ids: list[str]) -> list[tuple[str, UUID] | None]:
    """Read global ids; refuse too many."""
    if len(ids) > MOST:
        raise BadPage("ids", name="ids", most=MOST, size=len(ids))
    return [named(context, each) for each in ids]


async def _record(context: Context, where: tuple[str, UUID] | None) -> Any:
    """Find a record of a kind by its id; None where there is none that may be seen."""
    if where is None:
        return None
    kind, id_ = where
    record = await context.load_records((kind, "id"), partial(WholeRecords.by_ids, record=NODES[kind]), id_)
    return None if isinstance(record, domain.Revision) and not context.actor.may_see(record.record_type) else record


IdArgument = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]


def _by_id(name: str, shown_as: type, record: type[Record]) -> StrawberryField:
    """Make the field that finds a record of one kind by its id."""

    async def resolve(info: strawberry.Info, id: IdArgument) -> Any:
        context = context_of(info)
        return await _record(context, named(context, id, record.__name__))

    description = f"The {name} with this id; null if there is none."
    field = resolved_by(resolve, ById(record.__name__), Optional[shown_as], description)  # noqa: UP045 - of a variable
    field.python_name = name
    return field


@object_type()
class Viewer:
    """Who is asking, and what they may do."""

    name: str = strawberry.field(description="The name under which the history shows what you do.")
    role: Role = strawberry.field(description="What you are trusted with.")
    permissions: list[Permission] = strawberry.field(description="What the role allows, as far as the token's scopes let it.")
    account_id: strawberry.Private[UUID | None]

    @question(types.Account | None, description="The account; null for who has none: anonymous readers, and the local editor.")
    def account(self, _info: strawberry.Info) -> Callable[[Session], object]:
        return partial(records.find, kind=domain.Account, id_=self.account_id)

    @question(
        list[types.Channel],
        description="Your own open channels: by which you are told.",
        directives=[weighing(QUESTION), ListSize(assumed_size=MOST_OF_ONES_OWN)],
    )
    def channels(self, _info: strawberry.Info) -> Callable[[Session], object]:
        if self.account_id is None:
            return lambda _session: []
        return partial(channels.of_account, account_id=self.account_id)


@strawberry.type
class _Singles:
    """The questions that are not lists."""

    @strawberry.field(
        description="The record with this id; null if there is none, or if the id is malformed.", metadata=declared(ById(None))
    )
    async def node(self, info: strawberry.Info, id: IdArgument) -> types.Node | None:
        context = context_of(info)
        return await _record(context, named(context, id))  # type: ignore[no-any-return]

    @strawberry.field(
        description="The records with these ids, in their order; null in the place of each that is not there.",
        metadata=declared(ById(None)),
        directives=[ListSize(assumed_size=MOST, slicing_arguments=["ids"])],
    )
    async def nodes(
        self, info: strawberry.Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]
    ) -> list[types.Node | None]:
        context = context_of(info)
        keys = all_named(context, [str(each) for each in ids])
        records: list[types.Node | None] = await asyncio.gather(*(_record(context, key) for key in keys))
        return records

    @strawberry.field(description="Who is asking.")
    def viewer(self, info: strawberry.Info) -> Viewer:
        actor = context_of(info).actor
        permissions = [each for each in Permission if actor.may(each)]
        return Viewer(name=actor.name, role=actor.role, permissions=permissions, account_id=actor.account_id)

    @question(types.Source | None, description="The source that is published at this address; null if none is recorded.")
    def source_by_url(
        self, _info: strawberry.Info, url: Annotated[URL, strawberry.argument(description="The address, to the letter.")]
    ) -> Callable[[Session], object]:
        return partial(sources.find_by_url, url=str(url))

    @strawberry.field(description="How the work stands.")
    def backlog(self, info: strawberry.Info) -> Backlog:
        return Backlog(today=context_of(info).today)


Query = create_type(
    "Query",
    [
        *_Singles.__strawberry_definition__.fields,  # type: ignore[attr-defined]
        *Searches.__strawberry_definition__.fields,  # type: ignore[attr-defined]
        *Similarities.__strawberry_definition__.fields,  # type: ignore[attr-defined]
        *Suggestions.__strawberry_definition__.fields,  # type: ignore[attr-defined]
        _by_id("source", types.Source, domain.Source),
        _by_id("claim", types.Claim, domain.Claim),
        _by_id("claimant", types.Claimant, domain.Claimant),
        _by_id("prediction", types.Prediction, domain.Prediction),
        _by_id("collection", types.Collection, domain.Collection),
        *(_list(name, listing) for name, listing in LISTINGS.items()),
    ],
    description="What can be asked.",
)
