"""How does an operation become a plan? Each field of the query is a question: a list, or a record by its id."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql.execution.values import VariableValues

from claimkb.domain.permissions import Permission
from claimkb.graphql.context import Context
from claimkb.graphql.plans.building import Builder, Unplanned, said_of
from claimkb.graphql.plans.reading import Asking, ById, List, NotWritten, Question, Reading, Shape
from claimkb.graphql.plans.selections import Fields, Selections
from claimkb.graphql.queries import NODES, named
from claimkb.graphql.schema import schema
from claimkb.store.database import Database
from claimkb.store.running import Rows, TookTooLong


@dataclass
class Plan:
    """What is read for the answer to an operation, by its keys, and which permissions that takes."""

    questions: Mapping[str, Question | str]
    needs: frozenset[Permission]
    is_brief: bool = True

    async def answer(self, context: Context, values: VariableValues) -> dict[str, Any]:
        """Read all of it: at once, unless that took too long before; else in a thread."""
        if self.is_brief:
            try:
                return context.read_rows_at_once(partial(self.run, context, values, is_at_once=True))
            except TookTooLong:
                self.is_brief = False
            except NotWritten:
                pass
        return await context.read_rows(partial(self.run, context, values))

    def run(self, context: Context, values: VariableValues, rows: Rows, *, is_at_once: bool = False) -> dict[str, Any]:
        """Read all of it with a function that runs statements."""
        asking = Asking(context, values, rows, is_at_once)
        return {key: each if isinstance(each, str) else each.answer(asking) for key, each in self.questions.items()}


def compiled(selections: Selections, database: Database) -> Plan:
    """Compile an operation for an engine."""
    builder = Builder(schema, selections, database)
    query: Any = schema._schema.query_type
    questions = {key: _question(builder, fields, query) for key, fields in selections.root(query).items()}
    return Plan(questions, frozenset(builder.needs))


def _question(builder: Builder, fields: Fields, query: Any) -> Question | str:
    """Build what one field of the query reads."""
    name = fields[0].node.name.value
    if name == "__typename":
        return str(query.name)
    said = said_of(query.fields[name]) if name in query.fields else {}
    if "asks" in said:
        return _list(builder, fields, query.fields[name])
    if "finds" in said:
        return _by_id(builder, fields, query.fields[name])
    raise Unplanned(f"Query.{name} is resolved by its own function.")


def _list(builder: Builder, fields: Fields, field: Any) -> List:
    """Build a list."""
    said = said_of(field)
    builder.needs.add(said["listing"].needs)
    reading = builder.reading(said["listing"].record)
    return List(reading, builder.arguments(fields, field), said["asks"], builder.connection(reading, fields, field))


def _by_id(builder: Builder, fields: Fields, field: Any) -> ById:
    """Build what finds one record. Of which kind it is may not be known before the id is."""
    only, arguments = said_of(field)["finds"], builder.arguments(fields, field)
    built: dict[str, tuple[Reading, Shape]] = {}

    def of_kind(kind: str) -> tuple[Reading, Shape]:
        if kind not in built:
            reading = builder.reading(NODES[kind])
            built[kind] = reading, builder.shape(reading, fields, builder.selections.schema.type_map[kind])  # type: ignore[arg-type]
        return built[kind]

    def key(asking: Asking) -> tuple[str, Any] | None:
        where = named(asking.context, arguments.of(asking)["id"], only)
        if where is not None and where[0] == "Revision":
            raise Unplanned("Whether a revision may be seen is known when it is read.")
        return where

    if only is not None:
        of_kind(only)
    return ById(key, of_kind)
