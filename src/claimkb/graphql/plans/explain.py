"""How is an operation answered? Its plan runs once, and lists its statements and their rows; or the reason why it has no plan."""

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
from claimkb.graphql.plans.cache import PlanCaches
from claimkb.graphql.plans.compile.operation import compile_query
from claimkb.graphql.plans.compile.selections import Selections
from claimkb.graphql.plans.introspection import is_introspection
from claimkb.graphql.plans.planner import FALLBACK_ERRORS
from claimkb.graphql.schema.assembly import schema
from claimkb.store.engine.steps import Reader


class NoOperation(Exception):
    """A text that has no operation which could be answered. The message says why."""


@dataclass(frozen=True)
class ExecutedStatement:
    """A statement of a plan, and how many rows it read."""

    statement: str
    rows: int | None
    """None for a statement of SQLAlchemy."""


@dataclass(frozen=True)
class Explanation:
    """The statements that answer an operation; or the reason why the executor answers it."""

    statements: list[ExecutedStatement]
    reason: str | None = None


def explain(desk: Desk, actor: Actor, text: str, variables: Mapping[str, object]) -> Explanation:
    """Run the plan of an operation, and list its statements."""
    context = context_for(desk, actor)
    document = DocumentCache(schema._schema, context.limits).prepare(text)
    errors = document.validation_errors if document.request_error is None else [document.request_error]
    operation = document.operation(None)
    if operation is None or errors:
        raise NoOperation(str(errors[0].message) if errors else "The document has no operation, or several.")
    if not operation.is_query:
        return Explanation([], "Only queries are explained: this would be carried out.")
    values = operation.coerce(variables)
    if isinstance(values, list):
        raise NoOperation(values[0].message)
    statements: list[ExecutedStatement] = []
    try:
        selections = Selections(schema._schema, *operation.trees, values)
        if is_introspection(selections):
            return Explanation([])
        plan = compile_query(selections, desk.database, PlanCaches())
        asyncio.run(_run(context, lambda reader: plan.run(context, values, _noting(reader, statements))))
    except FALLBACK_ERRORS as error:
        return Explanation(statements, str(error))
    return Explanation(statements)


async def _run(context: Context, question: Callable[[Reader], object]) -> None:
    """Run a plan, and close the connections that it opened."""
    async_reader = context.desk.database.async_reader
    try:
        await context.run(question)
    finally:
        if async_reader is not None:
            await async_reader.close()


def _noting(reader: Reader, statements: list[ExecutedStatement]) -> Reader:
    """Add each statement that is run to a list."""

    def rows(statement: str, binds: object) -> list[Any]:
        result = reader.rows(statement, binds)
        statements.append(ExecutedStatement(statement, len(result)))
        return result

    def ask(question: Callable[[Session], Any]) -> Any:
        def noted(session: Session) -> Any:
            def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
                statements.append(ExecutedStatement(statement, None))

            connection = session.connection()
            sa.event.listen(connection, "before_cursor_execute", note)
            try:
                return question(session)
            finally:
                sa.event.remove(connection, "before_cursor_execute", note)

        return reader.ask(noted)

    return Reader(rows, ask)
