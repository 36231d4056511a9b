"""How would an operation be answered? Its plan runs once, and tells each statement and its rows; or why there is none."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from claimkb.actions.work import Desk
from claimkb.domain.account import Actor
from claimkb.graphql.execution.context import Context
from claimkb.graphql.execution.document_cache import DocumentCache
from claimkb.graphql.execution.in_process_context import context_for
from claimkb.graphql.plans.compile.operation import compiled
from claimkb.graphql.plans.compile.selections import Selections
from claimkb.graphql.plans.introspection import is_introspection
from claimkb.graphql.plans.planner import FALLBACK_ERRORS
from claimkb.graphql.schema.assembly import schema
from claimkb.store.engine.steps import Reader


class NoOperation(Exception):
    """What cannot be answered at all. The message says why."""


@dataclass(frozen=True)
class Ran:
    """A statement of a plan, and how many rows it read."""

    statement: str
    rows: int | None
    """None for what is asked in SQLAlchemy's way."""


@dataclass(frozen=True)
class Explanation:
    """How an operation is answered: by these statements, or by the executor, and why."""

    ran: list[Ran]
    left: str | None = None


def explain(desk: Desk, actor: Actor, text: str, variables: Mapping[str, Any]) -> Explanation:
    """Run the plan of an operation, and tell what it read."""
    context = context_for(desk, actor)
    document = DocumentCache(schema._schema, context.limits).prepare(text)
    errors = document.mistakes if document.refused is None else [document.refused]
    operation = document.operation(None)
    if operation is None or errors:
        raise NoOperation(str(errors[0].message) if errors else "The document has no operation, or several.")
    if not operation.is_query:
        return Explanation([], "Only queries are explained: this would be carried out.")
    values = operation.coerce(variables)
    if isinstance(values, list):
        raise NoOperation(values[0].message)
    ran: list[Ran] = []
    try:
        selections = Selections(schema._schema, *operation.trees, values)
        if is_introspection(selections):
            return Explanation([])
        plan = compiled(selections, desk.database)
        asyncio.run(_run(context, lambda reader: plan.run(context, values, _noting(reader, ran))))
    except FALLBACK_ERRORS as left:
        return Explanation(ran, str(left))
    return Explanation(ran)


async def _run(context: Context, question: Callable[[Reader], Any]) -> None:
    """Run a plan, and close what it opened."""
    async_reader = context.desk.database.async_reader
    try:
        await context.run(question)
    finally:
        if async_reader is not None:
            await async_reader.close()


def _noting(reader: Reader, ran: list[Ran]) -> Reader:
    """Note each statement that is run."""

    def rows(statement: str, given: Any) -> list[Any]:
        found = reader.rows(statement, given)
        ran.append(Ran(statement, len(found)))
        return found

    def ask(question: Callable[[Session], Any]) -> Any:
        def noted(session: Session) -> Any:
            def note(*told: Any) -> None:
                ran.append(Ran(told[2], None))

            connection = session.connection()
            sa.event.listen(connection, "before_cursor_execute", note)
            try:
                return question(session)
            finally:
                sa.event.remove(connection, "before_cursor_execute", note)

        return reader.ask(noted)

    return Reader(rows, ask)
