"""How does a query become a plan? Each field of the query type becomes a root: a list, records by ids, the search, or a value."""

from collections.abc import Sequence

from graphql import GraphQLField, GraphQLObjectType, get_nullable_type, is_list_type

from claimkb.graphql.mapping.declarations import ById, ListOf, Search, declaration_of
from claimkb.graphql.plans.cache import PlanCaches
from claimkb.graphql.plans.compile.expressions import definition_of
from claimkb.graphql.plans.compile.levels import Builder
from claimkb.graphql.plans.compile.search import search
from claimkb.graphql.plans.compile.selections import Fields, Selections, node_of
from claimkb.graphql.plans.run.arguments import PageArguments
from claimkb.graphql.plans.run.levels import Root, Run
from claimkb.graphql.plans.run.plan import Plan
from claimkb.graphql.plans.run.roots import RecordKey, RecordKind, RootList, RootRecords, RootValue
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.schema.queries import all_named, named
from claimkb.store.engine.database import Database


def compile_query(selections: Selections, database: Database, caches: PlanCaches) -> Plan:
    """Compile a query for an engine."""
    builder = Builder(schema, selections, database, caches)
    query: GraphQLObjectType = schema._schema.query_type  # type: ignore[assignment]  # there is one
    return Plan({key: _root(builder, fields, query) for key, fields in selections.root(query).items()})


def _root(builder: Builder, fields: Fields, query: GraphQLObjectType) -> Root | str:
    """Compile a field of the query type."""
    name = node_of(fields).name.value
    if name == "__typename":
        return query.name
    if name in query.fields:
        field = query.fields[name]
        match declaration_of(definition_of(field)):
            case ListOf() as listing:
                return _list(builder, fields, field, listing)
            case ById(kind):
                return _by_ids(builder, fields, field, kind)
            case Search():
                return search(builder, fields, field)
    return RootValue(builder.function("v, g", builder.write_field(query, fields)))


def _list(builder: Builder, fields: Fields, field: GraphQLField, listing: ListOf) -> RootList:
    """Compile a list."""
    reader = builder.reader(listing.record)
    shape = builder.connection(reader, fields, field)
    return RootList(reader, PageArguments(builder.arguments(fields, field)), listing.query, shape, listing.needs)


def _by_ids(builder: Builder, fields: Fields, field: GraphQLField, only: str | None) -> RootRecords:
    """Compile a field that finds records. If it finds any kind, a kind is compiled when an id first names it."""
    arguments = builder.arguments(fields, field)
    is_single = not is_list_type(get_nullable_type(field.type))
    kinds: dict[str, RecordKind] = {}

    def kind_of(name: str) -> RecordKind:
        if name not in kinds:
            reader, shape = builder.reader_of(name, fields)
            record_type = reader.level.column(reader.level.table, "record_type") if name == "Revision" else None
            kinds[name] = RecordKind(
                reader, shape, lambda row, run: record_type is None or run.context.actor.may_see(row[record_type])
            )
        return kinds[name]

    def keys(run: Run) -> Sequence[RecordKey | None]:
        values = arguments.read(run.values)
        return [named(run.context, values["id"], only)] if is_single else all_named(run.context, values["ids"])

    if only is not None:
        kind_of(only)
    return RootRecords(keys, kind_of, is_single)
