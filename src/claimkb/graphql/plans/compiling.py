"""How does an operation become a plan? Each field of the query is a question: a list, or a record by its id."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from graphql import get_nullable_type, is_list_type
from graphql.execution.values import VariableValues
from sqlmodel import Session

from claimkb.graphql.context import Context
from claimkb.graphql.costs import BRIEF
from claimkb.graphql.plans.building import Builder
from claimkb.graphql.plans.questions import ByIds, List, Value
from claimkb.graphql.plans.reading import Asking, NotWritten, Question, Reading, Shape, Sliced
from claimkb.graphql.plans.searching import search
from claimkb.graphql.plans.selections import Fields, Selections, node_of
from claimkb.graphql.plans.writing import said_of
from claimkb.graphql.queries import all_named, named
from claimkb.graphql.schema import schema
from claimkb.store.database import Database
from claimkb.store.outages import DatabaseBusy, DatabaseLocked, TookTooLong
from claimkb.store.running import NeedsSession, Reader, Steps, reader_on, refuse, taken


@dataclass
class Plan:
    """What is read for the answer to an operation, by its keys."""

    questions: Mapping[str, Question | str]
    is_brief: bool = True
    """Whether it takes steps alone, and on SQLite few: as far as is known."""

    async def answer(self, context: Context, values: VariableValues, root: Any = None) -> dict[str, Any]:
        """Read all of it: at once, where the engine is embedded and that took not too long before; else while others go on."""
        flow, is_brief = context.desk.database.flow, self.is_brief and context.size.cost <= BRIEF
        try:
            if is_brief and flow is not None:
                return await context.take(flow, self.steps(Asking(context, values, refuse, root)))
            if is_brief:
                return context.run_at_once(partial(self.run, context, values, root=root, is_at_once=True))
        except NeedsSession:
            self.is_brief = False
        except TookTooLong:
            if flow is not None:
                raise
            self.is_brief = False
        except (NotWritten, DatabaseBusy, DatabaseLocked):  # a thread may wait
            pass
        context.give_back_more()
        return await context.run(partial(self.run, context, values, root=root))

    def read(self, context: Context, values: VariableValues, session: Session, root: Any) -> dict[str, Any]:
        """Read all of it in the transaction of a session."""
        return self.run(context, values, reader_on(session), root=root)

    def run(
        self, context: Context, values: VariableValues, reader: Reader, *, root: Any = None, is_at_once: bool = False
    ) -> dict[str, Any]:
        """Read all of it in one transaction."""
        return taken(self.steps(Asking(context, values, reader.ask, root, is_at_once)), reader.rows)

    def steps(self, asking: Asking) -> Steps[dict[str, Any]]:
        """Give one statement after the other, and the answer in the end."""
        answer: dict[str, Any] = {}
        for key, each in self.questions.items():
            asking.context.at = key
            answer[key] = each if isinstance(each, str) else (yield from each.answer(asking))
        yield from asking.read_named()
        asking.context.check_length(answer)
        return answer


def compiled(selections: Selections, database: Database) -> Plan:
    """Compile an operation for an engine."""
    builder = Builder(schema, selections, database)
    query: Any = schema._schema.query_type
    return Plan({key: _question(builder, fields, query) for key, fields in selections.root(query).items()})


def _question(builder: Builder, fields: Fields, query: Any) -> Question | str:
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
    return Value(builder.function("v, g", builder.part(query, fields)))


def _list(builder: Builder, fields: Fields, field: Any) -> List:
    """Build a list."""
    listing = said_of(field)["listing"]
    reading = builder.reading(listing.record)
    shape = builder.connection(reading, fields, field)
    return List(reading, Sliced(builder.arguments(fields, field)), said_of(field)["asks"], shape, listing.needs)


def _by_ids(builder: Builder, fields: Fields, field: Any) -> ByIds:
    """Build what finds records. Of which kinds they are may not be known before their ids are."""
    only, arguments = said_of(field)["finds"], builder.arguments(fields, field)
    alone = not is_list_type(get_nullable_type(field.type))
    kinds: dict[str, tuple[Reading, Shape, Callable[[Any, Asking], bool]]] = {}

    def of_kind(kind: str) -> tuple[Reading, Shape, Callable[[Any, Asking], bool]]:
        if kind not in kinds:
            reading, shape = builder.of_kind(kind, fields)
            about = reading.level.column(reading.level.table, "record_type") if kind == "Revision" else None
            kinds[kind] = reading, shape, lambda row, asking: about is None or asking.context.actor.may_see(row[about])
        return kinds[kind]

    def keys(asking: Asking) -> Sequence[tuple[str, UUID] | None]:
        given = arguments.of(asking)
        return [named(asking.context, given["id"], only)] if alone else all_named(asking.context, given["ids"])

    if only is not None:
        of_kind(only)
    return ByIds(keys, of_kind, alone)
