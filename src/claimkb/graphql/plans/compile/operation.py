"""How does an operation become a plan? Each field of the query is a question: a list, or a record by its id."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from graphql import get_nullable_type, is_list_type
from graphql.execution.values import VariableValues
from sqlmodel import Session

from claimkb.graphql.execution.context import Context
from claimkb.graphql.limits.cost_directives import BRIEF
from claimkb.graphql.plans.compile.expressions import said_of
from claimkb.graphql.plans.compile.levels import Builder
from claimkb.graphql.plans.compile.search import search
from claimkb.graphql.plans.compile.selections import Fields, Selections, node_of
from claimkb.graphql.plans.run.levels import LevelReader, NotCompiled, PageArguments, Root, Run, Shape
from claimkb.graphql.plans.run.roots import RootList, RootRecords, RootValue
from claimkb.graphql.schema.assembly import schema
from claimkb.graphql.schema.queries import all_named, named
from claimkb.store.engine.database import Database
from claimkb.store.engine.outages import DatabaseBusy, DatabaseLocked, TookTooLong
from claimkb.store.engine.steps import NeedsSession, Reader, Steps, drive, reader_on, refuse_session


@dataclass
class Plan:
    """What is read for the answer to an operation, by its keys."""

    questions: Mapping[str, Root | str]
    is_brief: bool = True
    """Whether it takes steps alone, and on SQLite few: as far as is known."""

    async def answer(self, context: Context, values: VariableValues, root: Any = None) -> dict[str, Any]:
        """Read all of it: at once, where the engine is embedded and that took not too long before; else while others go on."""
        async_reader, is_brief = context.desk.database.async_reader, self.is_brief and context.size.cost <= BRIEF
        try:
            if is_brief and async_reader is not None:
                return await context.take(async_reader, self.steps(Run(context, values, refuse_session, root)))
            if is_brief:
                return context.read_inline(partial(self.run, context, values, root=root, is_inline=True))
        except NeedsSession:
            self.is_brief = False
        except TookTooLong:
            if async_reader is not None:
                raise
            self.is_brief = False
        except (NotCompiled, DatabaseBusy, DatabaseLocked):  # a thread may wait
            pass
        context.give_back_more()
        return await context.run(partial(self.run, context, values, root=root))

    def read(self, context: Context, values: VariableValues, session: Session, root: Any) -> dict[str, Any]:
        """Read all of it in the transaction of a session."""
        return self.run(context, values, reader_on(session), root=root)

    def run(
        self, context: Context, values: VariableValues, reader: Reader, *, root: Any = None, is_inline: bool = False
    ) -> dict[str, Any]:
        """Read all of it in one transaction."""
        return drive(self.steps(Run(context, values, reader.ask, root, is_inline)), reader.rows)

    def steps(self, run: Run) -> Steps[dict[str, Any]]:
        """Give one statement after the other, and the answer in the end."""
        answer: dict[str, Any] = {}
        for key, each in self.questions.items():
            run.context.at = key
            answer[key] = each if isinstance(each, str) else (yield from each.answer(run))
        yield from run.read_named()
        run.context.check_length(answer)
        return answer


def compiled(selections: Selections, database: Database) -> Plan:
    """Compile an operation for an engine."""
    builder = Builder(schema, selections, database)
    query: Any = schema._schema.query_type
    return Plan({key: _question(builder, fields, query) for key, fields in selections.root(query).items()})


def _question(builder: Builder, fields: Fields, query: Any) -> Root | str:
    """Build what one field of the query reads."""
    name = node_of(fields).name.value
    if name == "__typename":
        return str(query.name)
    said = said_of(query.fields[name]) if name in query.fields else {}
    if "asks" in said:
        return _list(builder, fields, query.fields[name])
    if "finds" in said:
        return _by_ids(builder, fields, query.fields[name])
    if "searches" in said:
        return search(builder, fields, query.fields[name])
    return RootValue(builder.function("v, g", builder.part(query, fields)))


def _list(builder: Builder, fields: Fields, field: Any) -> RootList:
    """Build a list."""
    listing = said_of(field)["listing"]
    reader = builder.reader(listing.record)
    shape = builder.connection(reader, fields, field)
    return RootList(reader, PageArguments(builder.arguments(fields, field)), said_of(field)["asks"], shape, listing.needs)


def _by_ids(builder: Builder, fields: Fields, field: Any) -> RootRecords:
    """Build what finds records. Of which kinds they are may not be known before their ids are."""
    only, arguments = said_of(field)["finds"], builder.arguments(fields, field)
    alone = not is_list_type(get_nullable_type(field.type))
    kinds: dict[str, tuple[LevelReader, Shape, Callable[[Any, Run], bool]]] = {}

    def of_kind(kind: str) -> tuple[LevelReader, Shape, Callable[[Any, Run], bool]]:
        if kind not in kinds:
            reader, shape = builder.of_kind(kind, fields)
            about = reader.level.column(reader.level.table, "record_type") if kind == "Revision" else None
            kinds[kind] = reader, shape, lambda row, run: about is None or run.context.actor.may_see(row[about])
        return kinds[kind]

    def keys(run: Run) -> Sequence[tuple[str, UUID] | None]:
        given = arguments.of(run)
        return [named(run.context, given["id"], only)] if alone else all_named(run.context, given["ids"])

    if only is not None:
        of_kind(only)
    return RootRecords(keys, of_kind, alone)
